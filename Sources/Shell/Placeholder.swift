/// The room of what a person sees.
enum ShellRoom {}
