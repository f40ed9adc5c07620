// Thousands separators as one leaves a field, and the amount in words under sums of money.
// The server reads both forms, so nothing here can change what is filed.

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿"];
const DECIMALS = { yuan: 2, wan: 6 }; // places between the unit and 分

export function numbers(root) {
  for (const input of root.querySelectorAll("input[data-number], input[data-money]")) {
    input.addEventListener("blur", () => { input.value = separated(input.value); });
    input.value = separated(input.value);
  }
  for (const input of root.querySelectorAll("input[data-money]")) {
    const line = root.querySelector(`[data-words-of="${CSS.escape(input.id)}"]`);
    if (!line) continue;
    const say = () => { line.textContent = inWords(input.value, input.dataset.money); };
    input.addEventListener("input", say);
    say();
  }
}

function plain(text) {
  return text.normalize("NFKC").replace(/[,\s]/g, "");
}

export function separated(text) {
  const match = /^([+-]?)(\d+)(\.\d*)?$/.exec(plain(text));
  if (!match) return text; // Not a number: it is left as typed for the server to explain.
  const [, sign, whole, fraction = ""] = match;
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + fraction;
}

export function inWords(text, unit) {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plain(text));
  if (!match) return "";
  const [, sign, whole, fraction = ""] = match;
  const places = DECIMALS[unit];
  if (fraction.replace(/0+$/, "").length > places) return "";
  const fen = BigInt(whole + fraction.padEnd(places, "0").slice(0, places));
  const yuan = fen / 100n;
  const jiao = Number((fen % 100n) / 10n);
  const cent = Number(fen % 10n);
  if (yuan >= 10n ** 16n) return "";
  let words = yuan > 0n ? `${wholeInWords(yuan)}元` : "";
  if (jiao + cent === 0) return `${sign && "负"}${words || "零元"}整`;
  if (jiao) words += `${DIGITS[jiao]}角`;
  else if (yuan > 0n) words += "零";
  return `${sign && "负"}${words}${cent ? `${DIGITS[cent]}分` : "整"}`;
}

function wholeInWords(number) {
  const groups = [];
  for (let rest = number; rest > 0n; rest /= 10000n) groups.push(Number(rest % 10000n));
  let words = "";
  let gap = false;
  for (let place = groups.length - 1; place >= 0; place -= 1) {
    const group = groups[place];
    if (group === 0) { gap = true; continue; }
    if (words && (gap || group < 1000)) words += "零";
    words += groupInWords(group) + GROUPS[place];
    gap = false;
  }
  return words;
}

function groupInWords(group) {
  let words = "";
  let gap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (digit === 0) { gap = words !== ""; continue; }
    words += (gap ? "零" : "") + DIGITS[digit] + PLACES[place];
    gap = false;
  }
  return words;
}
