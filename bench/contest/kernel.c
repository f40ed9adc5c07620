/* The two decisions by hand in C: the limit that memory and processor set.
   Exact integers; growth is banded in double and decided again in 128 bits near an edge. */
#include <math.h>
#include <stdint.h>
typedef int64_t i64;
typedef uint8_t u8;
typedef int16_t i16;
typedef __int128 i128;
#define AT(n, d, p, q) ((n) * (q) >= (d) * (p))

void tech_sme(i64 n, const i64 *restrict staff, const i64 *restrict science,
              const i64 *restrict sales, const i64 *restrict assets, const i64 *restrict rd,
              const i64 *restrict cost, const i64 *restrict class1, const i64 *restrict class2,
              const u8 *restrict resident, const u8 *restrict prohibited, const u8 *restrict held,
              const i64 *restrict safety, const i64 *restrict quality,
              const i64 *restrict environment, const i64 *restrict misconduct,
              const i64 *restrict abnormal, const i64 *restrict dishonest,
              const i64 *restrict award, const i64 *restrict platform,
              const i64 *restrict standard, u8 *restrict outcome, i16 *restrict lo,
              i16 *restrict hi) {
#pragma omp parallel for simd schedule(static)
  for (i64 i = 0; i < n; i++) {
    i64 e = staff[i], s = sales[i], c = science[i], r = rd[i], k = cost[i];
    i64 a = (e > 0) * 400 *
            (AT(c, e, 1, 10) + AT(c, e, 3, 20) + AT(c, e, 1, 5) + AT(c, e, 1, 4) + AT(c, e, 3, 10));
    i64 x = (s > 0) * 1000 *
            (AT(r, s, 1, 50) + AT(r, s, 3, 100) + AT(r, s, 1, 25) + AT(r, s, 1, 20) + AT(r, s, 3, 50));
    i64 y = (k > 0) * 1000 *
            (AT(r, k, 1, 10) + AT(r, k, 3, 20) + AT(r, k, 1, 5) + AT(r, k, 1, 4) + AT(r, k, 3, 10));
    i64 b = x > y ? x : y, two = class2[i] > 4 ? 4 : class2[i];
    i64 p = class1[i] >= 1 ? 3000 : 600 * two, t = a + b + p;
    u8 size = (e <= 500 * 600) & (s <= 20000000000) & (assets[i] <= 20000000000);
    u8 clean = !(safety[i] | quality[i] | environment[i] | misconduct[i] | abnormal[i] | dishonest[i]);
    u8 direct = held[i] | (award[i] > 0) | (platform[i] > 0) | (standard[i] > 0);
    u8 good = resident[i] & !prohibited[i] & size & clean & (((t >= 6000) & (a > 0)) | direct);
    outcome[i] = 3 * good;
    lo[i] = hi[i] = t;
  }
}

static inline int exact(i64 y1, i64 y2, i64 y3) {
  i128 num = y1 ? (i128)y2 * (y2 - y1) + (i128)y1 * (y3 - y2) : (i128)y3 - y2;
  i128 den = y1 ? (i128)2 * y1 * y2 : y2;
  return num * 20 >= den * 7   ? 9
         : num * 4 >= den      ? 7
         : num * 20 >= den * 3 ? 5
         : num * 20 >= den     ? 3
         : num > 0             ? 1
                               : 0;
}

/* Points of growth, low end: 9 7 5 3 1 0; the high end is one more where there are points. */
static inline int growth(i64 y1, i64 y2, i64 y3, u8 *judge) {
  *judge = (y2 < 0) | (y1 < 0);
  if (*judge || y2 == 0) return 0;
  double g = y1 ? ((double)y2 / y1 + (double)y3 / y2) / 2 - 1 : (double)y3 / y2 - 1;
  if (fabs(g - .35) < 1e-9 || fabs(g - .25) < 1e-9 || fabs(g - .15) < 1e-9 ||
      fabs(g - .05) < 1e-9 || fabs(g) < 1e-9)
    return exact(y1, y2, y3);
  return g >= .35 ? 9 : g >= .25 ? 7 : g >= .15 ? 5 : g >= .05 ? 3 : g > 0 ? 1 : 0;
}

void high_tech(i64 n, const i64 *restrict days, const i64 *restrict staff,
               const i64 *restrict science, const i64 *restrict s0, const i64 *restrict s1,
               const i64 *restrict s2, const i64 *restrict r0, const i64 *restrict r1,
               const i64 *restrict r2, const i64 *restrict d0, const i64 *restrict d1,
               const i64 *restrict d2, const i64 *restrict a0, const i64 *restrict a1,
               const i64 *restrict a2, const i64 *restrict hi_tech, const i64 *restrict income,
               const i64 *restrict untaxed, const i64 *restrict ip, const i64 *restrict results,
               const i64 *restrict management, const u8 *restrict rights, const u8 *restrict field,
               const i64 *restrict safety, const i64 *restrict quality,
               const i64 *restrict environment, i64 on, u8 *restrict outcome, i16 *restrict lo,
               i16 *restrict hi) {
#pragma omp parallel for schedule(static)
  for (i64 i = 0; i < n; i++) {
    i64 s = s0[i] + s1[i] + s2[i], r = r0[i] + r1[i] + r2[i], d = d0[i] + d1[i] + d2[i];
    i64 percent = 3 + (s0[i] <= 20000000000) + (s0[i] <= 5000000000), base = income[i] - untaxed[i];
    u8 gate = (on - days[i] >= 365) & rights[i] & field[i] & (staff[i] > 0) &
              (science[i] * 10 >= staff[i]) & (s > 0) & (r * 100 >= percent * s) & (r > 0) &
              (d * 10 >= 6 * r) & (base > 0) & (hi_tech[i] * 10 >= 6 * base) &
              !(safety[i] | quality[i] | environment[i]);
    u8 ja, js;
    int a = growth(a2[i], a1[i], a0[i], &ja), g = growth(s2[i], s1[i], s0[i], &js);
    int given = ip[i] + results[i] + management[i];
    int low = given + 100 * (a + g);
    int high = given + (ja ? 1000 : 100 * (a + (a > 0))) + (js ? 1000 : 100 * (g + (g > 0)));
    lo[i] = low;
    hi[i] = high;
    outcome[i] = !gate || high <= 7000 ? 0 : low > 7000 ? 3 : 2;
  }
}
