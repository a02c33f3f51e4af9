"""storage-wizard: tells a container registry where to keep its images, and proves that the place works.

The house, from the roof down; imports run downwards only:

    roof        cli, arguments, flags,     the way in and exit codes; the commands and their flags; a parser
                parser, __main__           that says what may have been meant
    faces       tui/, plain/, commands/,   the screens; the line prompts; the commands without a screen;
                terminal, face             which of the first two suits the terminal
    the walk    steps, walk, line,         the steps as data; where somebody is on them; the line under a field;
                options, draft, demo       what can be chosen; what was not saved; a rehearsal's store
    the store   store/                     the only rooms on the network
    knowledge   rules/, registries/,       what can be said without a network; what each registry and
                providers, formats/,       each store supports; the formats that registries read;
                configfile, document,      the TOML file, its shape, and the text that it is;
                tomltext, equivalent,      the command line that says the same as the screens;
                policy                     what the registry must be allowed to do
    ground      settings, finding,         the settings and their declarations; findings and fixes;
                endpoint, secret,          an endpoint taken apart; a string that never prints itself;
                printable, transliterate,  text made safe to print, or made ASCII;
                atomicfile, links,         a file replaced in one step; where a path leads;
                statefolder, crash,        what is kept between two starts; what should never happen, told;
                build                      which build this is
"""

__version__ = "0.1.0"
