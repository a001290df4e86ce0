import Shell

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Takes a reply's text as it comes. A terminal gets it wrapped and harmless, a pipe as it is, and with JSON it is
/// only kept.
final class ReplyWriter {
  /// The text up to now.
  private(set) var text = ""
  /// Why it could not be written; the rest is not tried.
  private(set) var failure: (any Error)?
  private let isKept: Bool
  private let screen: Output?

  init(json: Bool) {
    isKept = json
    screen = !json && StandardOutput.isTerminal ? makeScreen(on: STDOUT_FILENO) : nil
    screen?.beginReply()
  }

  /// Writes the next piece.
  func add(_ piece: String) {
    text += piece
    if let screen { return screen.stream(piece) }
    guard !isKept, failure == nil, !piece.isEmpty else { return }
    do { try StandardOutput.write(piece) } catch { failure = error }
  }

  /// Ends the last line. Throws what writing threw.
  func end() throws {
    if let failure { throw failure }
    if let screen { return screen.endReply() }
    if !isKept, !text.hasSuffix("\n") { try StandardOutput.write("\n") }
  }
}

/// The program's screen: answers on standard output, chatter on standard error.
func makeScreen(json: Bool) -> Output {
  let environment = ProcessInfo.processInfo.environment
  let isTerminal = isatty(STDOUT_FILENO) == 1
  return Output(
    Output.Screen(
      palette: .chosen(environment: environment, isTerminal: isTerminal, noColor: false),
      isTerminal: isTerminal, chatsAtTerminal: StandardError.isTerminal,
      isDumb: environment["TERM"] == "dumb", isJSON: json),
    answers: STDOUT_FILENO, chatter: STDERR_FILENO, environment: environment)
}

/// A screen, without colours, behind a descriptor.
func makeScreen(on descriptor: Int32) -> Output {
  let environment = ProcessInfo.processInfo.environment
  return Output(
    Output.Screen(
      palette: Palette(isColoured: false), isTerminal: isatty(descriptor) == 1,
      isDumb: environment["TERM"] == "dumb"),
    answers: descriptor, chatter: descriptor, environment: environment)
}
