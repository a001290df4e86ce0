import Shell
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension OneAtATime {
  @Suite("Settings")
  struct SettingTests {
    @Test(arguments: [40, 80, 120])
    func allAreListedWithDefaultAndRange(_ columns: Int) throws {
      let shell = try ShellAtWork()
      _ = try shell.run([.line("/set rank 16"), .line("/set")], columns: columns)
      let rows = shell.screen.split(separator: "\n").map(String.init)
      #expect(rows.allSatisfy { displayWidth(of: $0) < columns }, "\(shell.screen)")
      #expect(!shell.screen.contains("…") || columns == 120)
      if columns == 40 {
        #expect(shell.screen.contains("\nrank  16\n  default 8; 1 to 1024\n"))
      } else {
        #expect(rows.contains { $0.hasPrefix("rank                16        8         1 to 1024") })
        // Together with the next prompt, they fill a window of 24 rows.
        #expect(rows.count <= 3 + 23 + 1)
      }
    }

    @Test func oneIsExplained() throws {
      let screen = try ShellAtWork().typed("/set lr", "/set lr 0.01", "/set lr=auto kl=none")
      #expect(
        screen.contains(
          """
          > /set lr
          learning-rate  auto
          how far a step goes: above 0, to 1, or auto (default auto)
          > /set lr 0.01
          learning-rate  0.01
          > /set lr=auto kl=none
          learning-rate  auto
          kl             none
          """), "\(screen)")
    }

    @Test func withJSONTheyAreObjects() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/set schedule", "/set schedule cosine", isJSON: true) == 0)
      #expect(
        shell.written.answers == #"""
          {"choices":["constant","linear","cosine"],"default":"constant","range":"constant, linear, cosine","setting":"schedule","value":"constant"}
          {"schedule":"cosine"}

          """#)
      #expect(try shell.script("/set", isJSON: true) == 0)
      #expect(shell.written.answers.split(separator: "\n").count == 2 + 22)
    }

    /// What the list says may be can be set, and its ends are where it says.
    @Test func rangesAreTrue() throws {
      let fine = [
        "temperature=0", "top-k=0", "top-p=1", "min-p=0", "min-p=0.99", "max-tokens=1", "rank=1",
        "rank=1024", "targets=all", "targets=q,k,v,o,gate,up,down", "layers=1", "layers=all",
        "learning-rate=1", "learning-rate=auto", "batch-size=1", "batch-size=4096", "warmup=0",
        "weight-decay=0", "weight-decay=1", "clip=none", "kl=none", "kl=auto", "kl=1000",
        "chosen-weight=0", "seed=0", "probes=none",
      ]
      for line in fine { #expect(try ShellAtWork().script("/set \(line)") == 0, "\(line)") }
      let wrong = [
        "temperature=-1", "top-k=-1", "top-p=0", "top-p=1.1", "min-p=1", "repetition-penalty=0",
        "max-tokens=0", "rank=0", "rank=1025", "alpha=0", "targets=x", "layers=0",
        "learning-rate=0", "learning-rate=1.1", "batch-size=0", "batch-size=4097", "warmup=-1",
        "weight-decay=1.1", "clip=0", "kl=1001", "beta=0", "chosen-weight=-1", "seed=-1",
        "probes=missing",
      ]
      for line in wrong { #expect(try ShellAtWork().script("/set \(line)") == 3, "\(line)") }
    }

    @Test func tabKnowsNamesAndValues() throws {
      let shell = try ShellAtWork()
      try FileManager.default.createDirectory(
        atPath: shell.folder.path("prompts"), withIntermediateDirectories: true)
      try shell.folder.write("{\"prompt\":\"Hi\"}", to: "prompts/facts.jsonl")
      _ = try shell.typed("/set temperature 0.7", "/set kl 2", "/set schedule cosine")
      let tab = { (line: String) in shell.complete(line) }
      #expect(tab("/set sche") == Completed(replacing: 4, insertion: "schedule "))
      #expect(
        tab("/set temperature ")
          == Completed(replacing: 0, insertion: "0", candidates: []))
      #expect(
        tab("/set temperature 0")
          == Completed(replacing: 1, insertion: "0", candidates: ["0.7", "0"]))
      #expect(tab("/set kl ")?.candidates == ["2", "auto", "none"])
      #expect(tab("/set rank ") == Completed(replacing: 0, insertion: "8 "))
      #expect(
        tab("/set schedule ")
          == Completed(replacing: 0, insertion: "", candidates: ["cosine", "constant", "linear"]))
      #expect(tab("/set schedule=l") == Completed(replacing: 10, insertion: "schedule=linear "))
      #expect(tab("/set rank=16 lr=a") == Completed(replacing: 4, insertion: "lr=auto "))
      #expect(tab("/set rank 16 sche") == Completed(replacing: 4, insertion: "schedule "))
      #expect(
        tab("/set probes ")
          == Completed(replacing: 0, insertion: "", candidates: ["none", "facts"]))
      #expect(tab("/tune 4 schedule=li") == Completed(replacing: 11, insertion: "schedule=linear "))
      #expect(tab("/set nonsense=") == nil)
    }
  }
}
