import Workbench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a person sees: answers, chatter, streamed replies and one live line of progress.
///
/// Answers go to standard output, chatter to standard error, so that a script can keep them apart.
/// With JSON, standard output gets JSON values and nothing else, one a line.
public final class Output {
  /// Where a piece of text goes.
  public enum Channel: Sendable { case answers, chatter }

  /// How the screen is made.
  public struct Screen: Sendable {
    /// Colours for answers and chatter.
    public var palette: Palette
    /// Whether a terminal shows the text: only then is it wrapped, cut, and drawn over.
    public var isTerminal: Bool
    /// Whether a terminal shows the chatter.
    public var chatsAtTerminal: Bool
    /// Whether the terminal cannot move its cursor.
    public var isDumb: Bool
    /// Whether answers are JSON.
    public var isJSON: Bool

    /// A screen of the given kind.
    public init(
      palette: Palette, isTerminal: Bool, chatsAtTerminal: Bool? = nil, isDumb: Bool = false,
      isJSON: Bool = false
    ) {
      self.palette = palette
      self.isTerminal = isTerminal
      self.chatsAtTerminal = chatsAtTerminal ?? isTerminal
      self.isDumb = isDumb
      self.isJSON = isJSON
    }
  }

  /// The kind of screen.
  public private(set) var screen: Screen
  private let window: () -> Int?
  private let sink: (String, Channel) -> Bool
  /// Whether nobody takes the answers any more, as in `attune -c … | head`.
  public private(set) var isBroken = false
  /// The file that gets it all as well.
  package var transcript: Transcript?
  private var transcriptFailure: ShellError?
  private var sanitiser = Sanitiser()
  /// The reply so far, for the transcript.
  private var reply = ""
  private var wrapping: WrappingStream?
  private var streamIsOpen = false
  private var streamEndsLine = true
  private var progressIsDrawn = false
  private var progressAnnounced = 0

  /// A screen whose window has `window()` columns (nil: unknown) and whose text goes to `sink`,
  /// which answers whether it could be written.
  public init(
    _ screen: Screen, window: @escaping () -> Int?, sink: @escaping (String, Channel) -> Bool
  ) {
    self.screen = screen
    self.window = window
    self.sink = sink
  }

  /// The screen behind two descriptors. `COLUMNS` helps where the window does not say its size.
  public convenience init(
    _ screen: Screen, answers: Int32, chatter: Int32, environment: [String: String]
  ) {
    self.init(
      screen,
      window: { windowSize(of: answers)?.columns ?? environment["COLUMNS"].flatMap(Int.init) },
      sink: { text, channel in writeAll(text, to: channel == .answers ? answers : chatter) })
  }

  /// Whether answers are JSON.
  public var isJSON: Bool { screen.isJSON }
  /// The colours.
  public var palette: Palette { screen.palette }
  /// How many cells a row has; nil where nothing may be wrapped or cut.
  public var width: Int? { screen.isTerminal ? max(20, window() ?? 80) : nil }
  private var page: Page { Page(columns: width, palette: palette) }

  /// An answer of one or more lines. The text must be harmless already, and may be painted.
  public func line(_ text: String = "") {
    lines { _ in [text] }
  }

  /// An answer in lines that depend on what they are laid out for. They must be harmless already, and may be painted.
  public func lines(_ layout: (Page) -> [String]) {
    endProgress()
    guard !isJSON else { return }
    put(layout(page).map { $0 + "\n" }.joined(), .answers)
    record(layout(.plain).map { unpainted($0) + "\n" }.joined())
  }

  /// An answer in rows of cells, cut at the window's width.
  public func table(_ rows: [[String]]) {
    lines { tableLines(rows, width: $0.room) }
  }

  /// An answer in prose: wrapped at the window's width.
  public func prose(_ text: String, _ style: Style? = nil) {
    endProgress()
    guard !isJSON else { return }
    put(laidOut(text, style, width: width), .answers)
    record(text + "\n")
  }

  /// Chatter: what a person wants to know and a script does not.
  public func note(_ text: String, _ style: Style = .faint) {
    endProgress()
    put(laidOut(text, style, width: screen.chatsAtTerminal ? width ?? 80 : nil), .chatter)
    if !isJSON { record(text + "\n") }
  }

  /// Something that went wrong.
  public func complain(_ text: String) {
    note(text, .bad)
  }

  /// One JSON value on a line of its own. Numbers that JSON cannot say become null-like strings.
  public func json(_ value: some Encodable) throws {
    let line = try encoded(value)
    endProgress()
    put(line, .answers)
    record(line)
  }

  private func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    encoder.dateEncodingStrategy = .iso8601
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// Tells the transcript what a person or a script typed.
  func typed(_ line: String, at prompt: String) {
    record(isJSON ? (try? encoded(["typed": line])) ?? "" : sanitised(prompt + line) + "\n")
  }

  /// An answer as JSON where that is asked for, else as `show` writes it.
  public func answer(_ value: @autoclosure () -> some Encodable, _ show: () -> Void) throws {
    if isJSON { try json(value()) } else { show() }
  }

  /// Makes answers JSON from now on, or text.
  func answer(inJSON isJSON: Bool) {
    endReply()
    screen.isJSON = isJSON
  }

  /// Opens a streamed reply.
  public func beginReply() {
    endProgress()
    sanitiser = Sanitiser()
    wrapping = width.map { WrappingStream(columns: $0, canErase: !screen.isDumb) }
    streamIsOpen = true
    streamEndsLine = true
  }

  /// The next piece of the reply, as the model gave it.
  public func stream(_ chunk: String) {
    guard streamIsOpen, !isJSON else { return }
    show(sanitiser.add(chunk))
  }

  /// Ends the reply and its last line.
  public func endReply() {
    guard streamIsOpen else { return }
    streamIsOpen = false
    guard !isJSON else { return }
    show(sanitiser.finish())
    let rest = wrapping?.finish() ?? ""
    if !rest.isEmpty { put(rest, .answers) }
    if !streamEndsLine {
      put("\n", .answers)
      reply += "\n"
    }
    record(reply)
    reply = ""
  }

  private func show(_ text: String) {
    guard !text.isEmpty else { return }
    if transcript != nil { reply += text }
    streamEndsLine = text.hasSuffix("\n")
    let laid = wrapping?.add(text) ?? text
    if !laid.isEmpty { put(laid, .answers) }
  }

  /// Shows how far work has come: drawn over and over in a terminal, else a line every tenth of it.
  public func progress(_ progress: Progress) {
    if screen.chatsAtTerminal, !screen.isDumb {
      let width = width ?? 80
      put("\r" + progress.line(width: width - 1) + "\u{1B}[K", .chatter)
      progressIsDrawn = true
      return
    }
    let every = max(1, ((progress.total ?? 100) + 9) / 10)
    guard progress.step == 1 || progress.step % every == 0 || progress.step == progress.total,
      progress.step != progressAnnounced
    else { return }
    progressAnnounced = progress.step
    put(progress.line(width: width.map { $0 - 1 } ?? 100) + "\n", .chatter)
  }

  /// Wipes the line of progress, if one is drawn.
  public func endProgress() {
    progressAnnounced = 0
    guard progressIsDrawn else { return }
    progressIsDrawn = false
    put("\r\u{1B}[K", .chatter)
  }

  private func laidOut(_ text: String, _ style: Style?, width: Int?) -> String {
    let rows = width.map { wrapped(text, to: $0 - 1) } ?? [text]
    let isPainted =
      width != nil || palette.isColoured && screen.chatsAtTerminal == screen.isTerminal
    return rows.map { row in
      (isPainted ? style.map { palette.paint(row, $0) } ?? row : row) + "\n"
    }.joined()
  }

  /// Gives `text` to the transcript, if there is one; where that fails, it ends.
  private func record(_ text: @autoclosure () -> String) {
    guard let transcript else { return }
    do {
      try transcript.write(text())
    } catch {
      self.transcript = nil
      transcriptFailure = error
    }
  }

  /// Why the transcript ended, told once.
  func takeTranscriptFailure() -> ShellError? {
    defer { transcriptFailure = nil }
    return transcriptFailure
  }

  private func put(_ text: String, _ channel: Channel) {
    if !sink(text, channel), channel == .answers { isBroken = true }
  }
}
