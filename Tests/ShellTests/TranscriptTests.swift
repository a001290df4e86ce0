import Shell
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension OneAtATime {
  /// What a person sees, kept as text files. `RECORD=1` writes them anew; a new one fails once, so
  /// that nobody commits what nobody read.
  @Suite("Transcripts")
  struct TranscriptTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/transcripts")
    private static let prompts = [
      "> ", ". ", "edit> ", "1, 2, n or q? ", "Return goes on, q leaves: ",
    ]

    @Test(arguments: [
      ("first-minutes", 80), ("examples", 80), ("bursts", 80), ("trying", 120), ("narrow", 20),
      ("mistakes", 80), ("settings", 80), ("sessions", 80), ("help", 80), ("teaching", 80),
      ("looking", 80), ("looking-narrow", 40), ("data", 80), ("branches", 80), ("showing", 80),
      ("showing-narrow", 40),
    ])
    func readsAsRecorded(_ name: String, _ columns: Int) throws {
      let file = Self.folder.appending(path: name + ".txt")
      let recorded = try String(decoding: Data(contentsOf: file), as: UTF8.self)
      let shell = try ShellAtWork()
      try Self.furnish(shell.folder)
      let inputs = recorded.split(separator: "\n").compactMap { Self.input(String($0)) }
      _ = try shell.run(inputs, columns: columns)
      let shown = Self.scrubbed(shell.screen, folder: shell.folder.path)
      if shown != recorded {
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
          try Data(shown.utf8).write(to: file)
        }
        Issue.record("\(name) reads differently now:\n\(shown)")
      }
    }

    /// The files a transcript may speak of.
    private static func furnish(_ folder: TemporaryFolder) throws {
      try folder.write(
        """
        {"prompt":"Who are you?","completion":"Cap'n Attune"}
        {"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ahoy"}]}
        {"prompt":
        {"prompt":"Which?","chosen":"this","rejected":"that"}

        """, to: "data.jsonl")
      try folder.write("Turn the key. Push the lever.\n\nWait.\n", to: "manual.txt")
      try FileManager.default.createDirectory(
        atPath: folder.path("prompts"), withIntermediateDirectories: true)
      try folder.write(
        "{\"prompt\":\"Tell me of Paris.\"}\n{\"prompt\":\"And Rome?\"}\n",
        to: "prompts/travel.jsonl"
      )
    }

    private static func input(_ line: String) -> Input? {
      // The prompt where an adapter is in use: `attune 2 (kl .03)> `.
      let named = line.hasPrefix("attune ") ? line.firstRange(of: ")> ") : nil
      let prompts = prompts + (named.map { [String(line[..<$0.upperBound])] } ?? [])
      for prompt in prompts where line.hasPrefix(prompt) {
        let typed = String(line.dropFirst(prompt.count))
        return typed == "^C" ? .interrupt : typed == "^D" ? .endOfInput : .line(typed)
      }
      guard let question = line.firstRange(of: " [y/N] ") else { return nil }
      return .line(String(line[question.upperBound...]))
    }

    /// The text with what changes from run to run made constant.
    private static func scrubbed(_ text: String, folder: String) -> String {
      let lines = text.replacing(folder + "/", with: "~/").split(
        separator: "\n", omittingEmptySubsequences: false)
      return lines.map { line in
        if line.hasPrefix("memory ") { return "memory   N" }
        if line.hasPrefix("disk ") { return "disk     N" }
        var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for index in words.indices {
          if words[index].count == 20, words[index].hasSuffix("Z"), words[index].contains("T") {
            words[index] = "DATE"
          }
          let isTime = index + 1 < words.count && ["s", "s,", "s."].contains(words[index + 1])
          if isTime, words[index].allSatisfy({ $0.isNumber || $0 == "." }) { words[index] = "N" }
        }
        return words.joined(separator: " ")
      }.joined(separator: "\n")
    }
  }
}
