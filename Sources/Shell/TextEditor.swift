#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The person's own editor, on a file of its own.
struct TextEditor {
  /// What came of an edit. The file stays until `discard`, so that no text is lost.
  struct Edit {
    let text: String
    let path: String
    func discard() { unlink(path) }
  }

  private let command: String
  private let folder: String
  private let environment: [String: String]

  /// The editor `$VISUAL` or `$EDITOR` names; nil where neither does.
  init?(environment: [String: String]) {
    let choices = ["VISUAL", "EDITOR"].compactMap { environment[$0] }.filter { !$0.isEmpty }
    guard let command = choices.first else { return nil }
    self.command = command
    self.environment = environment
    folder = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
  }

  /// Lets the person edit `text`; nil where they left it as it was.
  func edit(_ text: String) throws -> Edit? {
    let path = try temporaryFile(text + "\n")
    let status = run(path)
    guard status == 0 else {
      unlink(path)
      throw ShellError.editorFailed(command: command, status: status)
    }
    var edited = String(decoding: readFile(path) ?? [], as: UTF8.self)
    // Editors end a file with a newline, whether the text had one or not.
    if edited.hasSuffix("\n") { edited.removeLast() }
    guard edited != text else {
      unlink(path)
      return nil
    }
    return Edit(text: edited, path: path)
  }

  private func temporaryFile(_ text: String) throws -> String {
    var path = Array((folder + "/attune-XXXXXX.txt").utf8CString)
    let descriptor = mkstemps(&path, 4)
    guard descriptor >= 0 else { throw ShellError.temporaryFile(folder: folder) }
    let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let isWhole = writeAll(text, to: descriptor)
    close(descriptor)
    guard isWhole else {
      unlink(name)
      throw ShellError.temporaryFile(folder: folder)
    }
    return name
  }

  /// Runs the editor through the shell, as `$EDITOR` may hold arguments; returns its status.
  private func run(_ path: String) -> Int32 {
    runInForeground("/bin/sh", ["-c", command + " \"$1\"", "sh", path], environment: environment)
      ?? 127
  }
}

extension Console {
  /// Lets the person change `text`, in their editor or on the line; nil where nothing was changed.
  /// `keep` uses the result; where it throws, the text stays in a file and the person is told.
  func edit(_ text: String, what: String, usage: String, keep: (String) throws -> Void) throws
    -> Bool
  {
    guard isInteractive else { throw ShellError.needsEditor(what: what, usage: usage) }
    guard let editor = TextEditor(environment: surroundings.environment) else {
      guard case .line(let edited) = lines.next(prompt: "edit> ", initial: text), edited != text
      else { return false }
      try keep(edited)
      return true
    }
    guard let edit = try editor.edit(text) else { return false }
    do {
      try keep(edit.text)
    } catch {
      output.note("Your text is kept in \(shownPath(edit.path)).", .warning)
      throw error
    }
    edit.discard()
    return true
  }
}
