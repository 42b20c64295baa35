"""A message pops up seldom: for what needs a person, once for each cause."""

from gui.toasts import DAY, HOUR, PATIENCE, SETTLED, Cause, Toasts

AUTH = Cause("auth", "Sign-in expired.", needs_person=True)
LATE = Cause("late", "HubSpot does not answer.", needs_person=False)


def made():
    return Toasts(lambda text: f"Solved: {text}")


def texts(found):
    return [toast.text for toast in found]


def test_a_cause_that_needs_a_person_is_told_at_once_and_only_once():
    toasts = made()
    assert texts(toasts.consider(0, [AUTH])) == ["Sign-in expired."]
    assert toasts.consider(60, [AUTH]) == []
    assert toasts.consider(DAY - 1, [AUTH]) == []
    assert texts(toasts.consider(DAY, [AUTH])) == ["Sign-in expired."]


def test_what_may_pass_is_told_after_a_quarter_of_an_hour():
    toasts = made()
    assert toasts.consider(0, [LATE]) == []
    assert toasts.consider(PATIENCE - 1, [LATE]) == []
    assert texts(toasts.consider(PATIENCE, [LATE])) == ["HubSpot does not answer."]


def test_what_passes_in_time_is_never_told():
    toasts = made()
    toasts.consider(0, [LATE])
    toasts.consider(60, [])
    assert toasts.consider(PATIENCE + 60, [LATE]) == []


def test_the_end_is_told_if_the_beginning_was_and_once_it_is_sure():
    toasts = made()
    toasts.consider(0, [AUTH])
    assert toasts.consider(10, []) == []
    assert toasts.consider(20, [AUTH]) == []
    assert toasts.consider(30, []) == []
    assert texts(toasts.consider(30 + SETTLED, [])) == ["Solved: Sign-in expired."]
    assert toasts.consider(1000, []) == []


def test_no_more_than_four_in_an_hour_and_the_rest_later():
    toasts = made()
    causes = [Cause(str(n), f"Cause {n}.", needs_person=True) for n in range(6)]
    assert len(toasts.consider(0, causes)) == 4
    assert toasts.consider(HOUR - 1, causes) == []
    assert texts(toasts.consider(HOUR, causes)) == ["Cause 4.", "Cause 5."]


def test_quiet_hours_keep_it_back_and_who_looks_needs_none():
    toasts = made()
    assert toasts.consider(0, [AUTH], quiet=True) == []
    assert texts(toasts.consider(10, [AUTH])) == ["Sign-in expired."]
    toasts = made()
    toasts.consider(0, [AUTH], quiet=True)
    toasts.seen(5)
    assert toasts.consider(10, [AUTH]) == []


def test_the_text_of_a_cause_may_change_without_a_new_message():
    toasts = made()
    toasts.consider(0, [Cause("c", "211 records.", needs_person=True)])
    assert toasts.consider(1, [Cause("c", "212 records.", needs_person=True)]) == []
