import Workbench

extension Command {
  static let good = Command(
    name: "good", arguments: "",
    summary: "Make the last reply an example as it stands.",
    details: """
      Keeps what the model does well from being forgotten while it learns other things. Of several \
      samples, /retry and /prefer make the one last asked or picked the last reply.
      """,
    group: .examples
  ) { words, console in
    try words.expect(atMost: 0)
    try console.tell(try console.workbench.good(), "added")
    return .prompt
  }
}
