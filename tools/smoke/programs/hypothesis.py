# hypothesis: properties tested with generated values, failures made small.
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

seen = []
quiet = dict(database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@settings(max_examples=50, **quiet)
@given(st.lists(st.integers()))
def test_sorting(values):
    seen.append(len(values))
    assert sorted(sorted(values)) == sorted(values)


test_sorting()
print(len(seen) >= 50)


@settings(max_examples=200, **quiet)
@given(st.lists(st.integers(0, 1000)))
def test_sum(values):
    assert sum(values) < 100


try:
    test_sum()
except AssertionError as error:
    print('failed, as it should', [note for note in getattr(error, '__notes__', [])])


@settings(max_examples=20, **quiet)
@given(st.dictionaries(st.text(max_size=3), st.floats(allow_nan=False)), st.one_of(st.none(), st.booleans()), st.data())
def test_many(mapping, flag, data):
    number = data.draw(st.integers(1, 5))
    assert isinstance(mapping, dict) and flag in (None, True, False) and 1 <= number <= 5


test_many()
print(st.integers(1, 3).map(lambda n: n * 2).filter(bool))
