// The only Swift file that sees libedit, and the terminal calls that are C's.
import CEditLine

/// What Tab changes: the last `replacing` bytes before the cursor become `insertion`.
public struct Completed: Equatable, Sendable {
  /// How many UTF-8 bytes before the cursor the insertion takes the place of.
  public var replacing: Int
  /// What stands there afterwards.
  public var insertion: String
  /// What could stand there, when that is more than one thing.
  public var candidates: [String]

  /// A change of the line.
  public init(replacing: Int, insertion: String, candidates: [String] = []) {
    self.replacing = replacing
    self.insertion = insertion
    self.candidates = candidates
  }
}

/// Lines a person edits at a terminal: libedit with its keys, history, completion and pastes.
public final class EditLineSource: LineSource {
  /// A person types these lines.
  public let isInteractive = true
  /// How many candidates Tab lists; more would push the line off the screen.
  private static let longestList = 120
  private var terminal: OpaquePointer?
  private let output: Int32
  private let palette: Palette
  private let history: History?
  private let complete: (_ line: String, _ cursor: Int) -> Completed?

  /// Opens the editor on two descriptors of a terminal; nil where that cannot be done.
  /// `complete` gets the line and the cursor as a byte offset.
  public init?(
    input: Int32, output: Int32, palette: Palette = Palette(isColoured: false), history: History?,
    complete: @escaping (_ line: String, _ cursor: Int) -> Completed?
  ) {
    self.output = output
    self.palette = palette
    self.history = history
    self.complete = complete
    let owner = Unmanaged.passUnretained(self).toOpaque()
    terminal = le_open(
      "attune", input, output, Interrupt.wakeDescriptor, owner,
      { owner, terminal, line, cursor in
        Unmanaged<EditLineSource>.fromOpaque(owner).takeUnretainedValue()
          .tab(terminal, line: String(cString: line), cursor: cursor)
      },
      { owner in Unmanaged<EditLineSource>.fromOpaque(owner).takeUnretainedValue().woken() })
    guard let terminal else { return nil }
    for entry in history?.entries ?? [] { le_remember(terminal, entry) }
  }

  deinit {
    if let terminal { le_close(terminal) }
  }

  /// Shows the prompt and lets the person edit a line.
  public func next(prompt: String, initial: String?) -> Input {
    guard let terminal else { return .endOfInput }
    if Interrupt.isEnding { return .endOfInput }
    _ = Interrupt.take()
    var text: UnsafePointer<CChar>?
    switch le_read(terminal, palette.editorPrompt(prompt), initial, &text) {
    case le_line: return text.map { .line(String(cString: $0)) } ?? .endOfInput
    case le_interrupt: return .interrupt
    default: return .endOfInput
    }
  }

  /// Adds an entry to the history, now and for later runs.
  public func remember(_ entry: String) {
    guard let terminal, !entry.isEmpty else { return }
    le_remember(terminal, entry)
    history?.add(entry)
  }

  private func tab(_ terminal: OpaquePointer, line: String, cursor: Int) {
    guard let completed = complete(line, cursor) else { return }
    le_replace(terminal, completed.replacing, completed.insertion)
    if completed.candidates.count > 1 {
      let width = windowSize(of: output)?.columns ?? 80
      let shown = completed.candidates.prefix(Self.longestList)
      let more = completed.candidates.count - shown.count
      let rest = more > 0 ? "… and \(more) more\n" : ""
      le_list(terminal, columns(Array(shown), width: width) + rest)
    }
  }

  private func woken() -> le_wake {
    if Interrupt.isEnding { return le_leave }
    if Interrupt.take() { return le_stop }
    return Interrupt.takeRedraw() ? le_redraw : le_go_on
  }
}

/// Columns and rows of a window.
public struct WindowSize: Equatable, Sendable {
  /// How many cells a row has.
  public var columns: Int
  /// How many rows the window has.
  public var rows: Int

  /// A window of that size.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// The size of the window behind a descriptor; nil where there is none.
public func windowSize(of descriptor: Int32) -> WindowSize? {
  var columns: Int32 = 0
  var rows: Int32 = 0
  guard le_window_size(descriptor, &columns, &rows) else { return nil }
  return WindowSize(columns: Int(columns), rows: Int(rows))
}

/// A terminal without a screen, for tests: what is written to one end is typed at the other.
package struct Pseudoterminal {
  /// The end that plays the person and the screen.
  package let controller: Int32
  /// Where the program's end is opened.
  package let path: String

  /// Opens one with a window of the given size; nil where the system has none to give.
  package init?(columns: Int, rows: Int) {
    var name = [CChar](repeating: 0, count: 128)
    controller = le_pty_open(&name, name.count)
    guard controller >= 0 else { return nil }
    path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    resize(columns: columns, rows: rows)
  }

  /// Changes the size of the window.
  package func resize(columns: Int, rows: Int) {
    _ = le_set_window_size(controller, Int32(columns), Int32(rows))
  }
}
