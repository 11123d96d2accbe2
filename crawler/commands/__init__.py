"""The subcommands of `nianbao`, one module each: `add(subparsers)` declares it, `run(args)` does it."""
