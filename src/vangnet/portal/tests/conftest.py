import pytest


@pytest.fixture
def demo_mode(settings):
    """Serve as in demo mode."""
    settings.DEMO = True
    settings.ROOT_URLCONF = "vangnet.portal.tests.demo_site"
