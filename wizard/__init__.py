"""storage-wizard: tells a container registry where to keep its images, and proves that the place works.

The house, from the roof down; imports run downwards only:

    roof        cli, __main__              arguments and exit codes
    faces       tui/, commands             the screens; the commands without a screen
    the walk    steps, demo                the steps as data; the store of a rehearsal
    the store   store/                     the only rooms on the network
    knowledge   rules/, configfile,        what can be said without a network; the TOML file;
                registries/, providers     what each registry and each store supports
    ground      settings, finding,         the settings and their declarations; findings and fixes;
                endpoint, secret,          an endpoint taken apart; a string that never prints itself;
                printable, atomicfile      text made safe to print; a file replaced in one step
"""

__version__ = "0.1.0"
