import Engine
import Workbench

/// The training items of a data file; says on standard error what is wrong, and throws where nothing is
/// left.
func trainingItems(in file: DataFile, at path: String, for model: Model, trainable: Bool) throws
  -> [TrainingItem]
{
  for line in file.bad.prefix(10) { StandardError.line("\(path), \(line). It is left out.") }
  if file.bad.count > 10 {
    StandardError.line(
      "\(path): \(file.bad.count - 10) more lines cannot be read. They are left out.")
  }
  let items = try file.items(for: model, trainable: trainable).items
  guard !items.isEmpty else { throw EmptyData(path: path) }
  return items
}

/// A data file without a usable line.
struct EmptyData: Error, CustomStringConvertible {
  var path: String
  var description: String {
    #"\#(path) has no example to work on. Expected lines like {"messages": [{"role": "user", "content": "…"}, "#
      + #"{"role": "assistant", "content": "…"}]}."#
  }
}
