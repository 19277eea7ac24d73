"""The layout of ``deploy/compose.yml`` as processes of this machine, where no container engine is: ``wegwijzer cluster``."""
