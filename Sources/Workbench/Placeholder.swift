/// The room of what a person works on.
enum WorkbenchRoom {}
