from gateway.server import run
from gateway.settings import Settings
from kit.telemetry import configure_logs

if __name__ == "__main__":
    settings = Settings()
    configure_logs("gateway", settings.log_level)
    run(settings)
