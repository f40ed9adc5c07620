"""All measurements, one after the other: `python -m bench`, `make bench`."""

from bench import city, law, pages
from bench.world import WORK, make_world, open_app

law.main()
world = make_world()
city.measure(world, open_app(world, WORK, fresh=True))
pages.measure(world, open_app(world, WORK, fresh=False))
