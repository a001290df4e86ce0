/// What reading a line can end in. None of the three is an error.
public enum Input: Equatable, Sendable {
  case line(String)
  case interrupt
  case endOfInput
}

/// Where lines come from: a terminal, a piped script, or an array.
public protocol LineSource: AnyObject {
  /// Whether a person types the lines.
  var isInteractive: Bool { get }

  /// The next line, without its newline. `initial` is text to start from, where editing is possible.
  func next(prompt: String, initial: String?) -> Input

  /// Offers an entry to the history.
  func remember(_ entry: String)
}

extension LineSource {
  /// The next line, typed from nothing.
  public func next(prompt: String) -> Input { next(prompt: prompt, initial: nil) }
}

/// Lines known beforehand: a script given on the command line, or a test.
public final class ScriptedLines: LineSource {
  /// Whether to behave as if a person typed these.
  public let isInteractive: Bool
  private var inputs: ArraySlice<Input>

  /// Hands out `lines`, then the end of input.
  public convenience init(_ lines: [String], isInteractive: Bool = false) {
    self.init(inputs: lines.map { .line($0) }, isInteractive: isInteractive)
  }

  /// Hands out `inputs`, then the end of input.
  package init(inputs: [Input], isInteractive: Bool) {
    self.inputs = inputs[...]
    self.isInteractive = isInteractive
  }

  /// The next of the inputs.
  public func next(prompt: String, initial: String?) -> Input {
    return inputs.popFirst() ?? .endOfInput
  }

  /// Keeps nothing.
  public func remember(_ entry: String) {}
}
