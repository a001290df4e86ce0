import ArgumentParser

/// One thing that `bench` measures.
enum BenchPart: String, CaseIterable {
  case load
  case firstToken = "first-token"
  case prefill, bandwidth, decode, diff, tune
}

/// Parts with commas between.
struct BenchPartList: ExpressibleByArgument {
  var parts: [BenchPart]

  init(parts: [BenchPart]) { self.parts = parts }

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    parts = names.compactMap { BenchPart(rawValue: String($0)) }
    guard parts.count == names.count else { return nil }
  }

  var defaultValueDescription: String { "all" }
}

/// Whole numbers above zero, with commas between.
struct CountList: ExpressibleByArgument {
  var counts: [Int]

  init(counts: [Int]) { self.counts = counts }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    counts = parts.compactMap { Int($0) }.filter { (1...1024).contains($0) }
    guard counts.count == parts.count else { return nil }
  }

  var defaultValueDescription: String { counts.map(String.init).joined(separator: ",") }
}
