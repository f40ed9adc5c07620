"""The chain itself, without a database."""

from dataclasses import replace

import pytest

from app.audit.domain import GENESIS, Entry, Head, body_text, digest, verify


def chain_of(length):
    walk, prev = [], GENESIS
    for seq in range(1, length + 1):
        entry = Entry(
            chain="130500",
            seq=seq,
            prev=prev,
            at="2026-01-02T03:04:05.000000+00:00",
            actor_id="",
            actor_name="系统",
            address="",
            action="account.created",
            result="ok",
            subject_kind="account",
            subject_id=str(seq),
            body="{}",
        )
        prev = digest(entry)
        walk.append((entry, prev))
    return walk


def test_a_whole_chain_verifies_and_gives_its_head():
    walk = chain_of(20)

    verdict = verify("130500", walk)

    assert verdict.first_bad is None
    assert verdict.head == Head("130500", 20, walk[-1][1])


CHANGED = {
    "chain": "130501",
    "seq": 99,
    "prev": "f" * 64,
    "at": "2026-01-02T03:04:06.000000+00:00",
    "actor_id": "x",
    "actor_name": "别人",
    "address": "10.0.0.1",
    "action": "account.disabled",
    "result": "refused",
    "subject_kind": "enterprise",
    "subject_id": "x",
    "body": '{"a":1}',
    "format": "sha256/2",
}


@pytest.mark.parametrize("field", sorted(CHANGED))
@pytest.mark.parametrize("position", range(12))
def test_any_changed_column_at_any_position_is_found_there(position, field):
    walk = chain_of(12)
    entry, stored = walk[position]
    walk[position] = (replace(entry, **{field: CHANGED[field]}), stored)

    assert verify("130500", walk).first_bad == position + 1


@pytest.mark.parametrize("position", range(11))
def test_a_removed_event_is_found_where_it_is_missing(position):
    walk = chain_of(12)
    del walk[position]

    assert verify("130500", walk).first_bad == position + 1


@pytest.mark.parametrize("position", range(11))
def test_two_exchanged_events_are_found(position):
    walk = chain_of(12)
    walk[position], walk[position + 1] = walk[position + 1], walk[position]

    assert verify("130500", walk).first_bad == position + 1


def test_an_event_rehashed_after_an_edit_breaks_the_next():
    walk = chain_of(5)
    edited = replace(walk[2][0], action="account.disabled")
    walk[2] = (edited, digest(edited))

    assert verify("130500", walk).first_bad == 4


def test_a_cut_tail_is_found_only_against_a_head_kept_outside():
    whole = chain_of(12)
    head = verify("130500", whole).head

    assert verify("130500", whole[:9]).first_bad is None
    assert verify("130500", whole[:9], head).first_bad == 10


def test_a_rewritten_chain_is_found_against_a_head_kept_outside():
    head = verify("130500", chain_of(12)).head
    walk, prev = [], GENESIS
    for entry, _ in chain_of(12):
        rewritten = replace(entry, prev=prev, actor_name="别人")
        prev = digest(rewritten)
        walk.append((rewritten, prev))

    assert verify("130500", walk).first_bad is None
    assert verify("130500", walk, head).first_bad == 12


def test_a_verifier_that_looks_only_at_the_ends_is_the_twin_this_test_catches():
    def ends_only(walk):
        first, last = walk[0], walk[-1]
        return digest(first[0]) == first[1] and digest(last[0]) == last[1]

    walk = chain_of(12)
    walk[5] = (replace(walk[5][0], actor_name="别人"), walk[5][1])

    assert ends_only(walk)
    assert verify("130500", walk).first_bad == 6


@pytest.mark.parametrize("value", [1.5, ["a"], {"a": 1}])
def test_a_body_holds_scalars_only(value):
    with pytest.raises(TypeError, match="not a scalar"):
        body_text({"a": value})
