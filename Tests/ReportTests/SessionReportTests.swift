import Engine
import Foundation
import Report
import Testing
import Workbench

@Suite struct SessionReportTests {
  /// The text of a page that must be well-formed.
  private func page(_ session: Session) throws -> Page {
    try #require(Page(Story(of: session).page))
  }

  @Test func theStoryIsTold() throws {
    let page = try page(Sessions.small())
    #expect(
      page.headings == [
        "Before and after", "What was taught", "How it was learnt", "The style in numbers",
        "The model, and how to run it again",
      ])
    for text in [
      "1 example taught to tiny in 1 burst: 3 steps, 1.5 s. 0.50 % of its parameters were "
        + "trained; on neutral text it drifted 0.125 nats.",
      "24 November 2026, 10:00 UTC to 25 November 2026, 10:03 UTC", "How are you?", "Arr, fine!",
      "4.000 → 2.000", "0.125 (p95 0.500)", "rank 2, seed 1", String(repeating: "1", count: 64),
      String(repeating: "5a", count: 32), "attune replay work --check", "Attune 1.2.3",
    ] {
      #expect(page.text.contains(text), "\(text)")
    }
    #expect(page.tags.contains("ins") && page.tags.contains("del"))
    // Where the model lies on somebody's machine is nobody's business.
    #expect(!page.text.contains("somebody"))
  }

  @Test func whatHasNothingToSayIsLeftOut() throws {
    let examples = try Sessions.session([
      "examples": [Sessions.example(1, "a", "b")], "model": NSNull(),
    ])
    let page = try page(examples)
    #expect(page.headings == ["What was taught", "The model, and how to run it again"])
    #expect(page.text.contains("1 example, and nothing taught to the model yet."))
    #expect(!page.tags.contains("svg") && !page.tags.contains("table"))
    let unsaved = Story(of: examples, word: nil, parameters: nil)
    #expect(!unsaved.page.contains("attune replay"))
  }

  @Test func nothingIsLoadedAndNothingRuns() throws {
    let html = try Story(of: Sessions.small()).page
    #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\""))
    #expect(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline';"))
    for word in ["<script", "<link", "<img", "src=", "href=", "@import", "url(", " on", "style="] {
      let found = html.firstRange(of: word)
      let isWord = word == " on" ? html.contains(/<[^>]* on[a-z]+=/) : found != nil
      #expect(!isWord, "\(word)")
    }
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "]]>", "a & b &amp; c", "\u{1B}[2J\u{7}", "\u{202E}evil\u{2066}",
    "\" onload=\"x", "\u{FFFE}\u{0}\r", "-->", "</style><b>",
  ])
  func hostileTextStaysText(_ text: String) throws {
    let session = try Sessions.session([
      "system": text,
      "model": ["path": "/x/" + text.replacing("/", with: ""), "size": 1, "sha256": text],
      "examples": [
        Sessions.example(1, text, text), Sessions.example(2, ["text": text]),
        Sessions.example(
          3,
          [
            "prompt": [["role": text, "content": text]],
            "chosen": [["role": "assistant", "content": text]],
            "rejected": [["role": "assistant", "content": text]],
          ]),
      ],
      "bursts": [Sessions.burst(1, ["note": text, "kernels": text, "hash": text, "system": text])],
      "current": 1,
      "comparisons": [Sessions.comparison(1, text, text + " one", text + " two")],
      "probes": [
        [
          "suite": text, "burst": 1, "strength": 1, "total": 2, "before": 1, "after": 1,
          "broken": [text], "mended": [text], "made": "2026-11-24T10:00:00Z",
        ]
      ],
    ])
    let html = Story(of: session, name: text, word: text).page
    let page = try #require(Page(html), "not well-formed with \(text.debugDescription)")
    let plain = try #require(Page(Story(of: Sessions.small()).page))
    #expect(Set(page.tags).isSubset(of: plain.tags + ["ul", "li", "section", "bdi", "div"]))
    #expect(!page.attributes.contains { $0.hasPrefix("onload") })
    // A reader sees what the terminal shows: every sign, none of them obeyed.
    #expect(page.text.contains(sanitised(text).replacing("\u{FFFE}", with: "\u{FFFD}")))
    for scalar in html.unicodeScalars where scalar.value < 32 || scalar.value == 0x202E {
      #expect(scalar == "\n" || scalar == "\t")
    }
  }

  @Test func examplesSayWhatBecameOfThem() throws {
    let edited: [String: Any] = [
      "id": 4, "current": 2,
      "revisions": [1, 2].map { number in
        [
          "number": number, "made": "2026-11-24T10:00:00Z", "origin": "edited",
          "messages": Sessions.turns("Four?", "wording \(number)"),
        ] as [String: Any]
      },
    ]
    let pair: [String: Any] = [
      "prompt": [["role": "user", "content": "Six?"]],
      "chosen": [["role": "assistant", "content": "Aye"]],
      "rejected": [["role": "assistant", "content": "Yes"]],
    ]
    let session = try Sessions.session([
      "examples": [
        Sessions.example(1, "One?", "1"), Sessions.example(2, "Two?", "2"),
        Sessions.example(3, ["messages": Sessions.turns("Three?", "3")], current: nil), edited,
        Sessions.example(5, ["text": "a raw text"], current: nil), Sessions.example(6, pair),
        Sessions.example(7, "Seven?", "7"),
      ],
      "bursts": [Sessions.burst(1, ["examples": [["ids": "1,3-4,6", "revision": 1]]])],
      "current": 1,
      "state": [
        "chat": false, "conversationStart": 1, "strength": 1, "held": "2",
        "history": ["done": [], "undone": []],
      ],
    ])
    let story = Story(of: session)
    #expect(story.examples.map(\.id) == [1, 2, 3, 4, 6, 7])
    #expect(
      story.examples.map(\.standing) == [.taught, .held, .removed, .reworded, .taught, .waiting])
    #expect(story.summary.hasPrefix("4 examples taught to tiny in 1 burst"))
    let page = try page(session)
    for text in [
      "held out, to measure by", "taught, then removed", "reworded since it was taught",
      "not taught yet", "preferred ✓", "rejected ✗", "wording 2",
    ] {
      #expect(page.text.contains(text), "\(text)")
    }
    #expect(!page.text.contains("a raw text") && !page.text.contains("wording 1"))
  }

  @Test func branchesBlendsProbesAndVotesAreTold() throws {
    let session = try Sessions.session([
      "examples": [Sessions.example(1, "a", "b")],
      "bursts": [
        Sessions.burst(
          1,
          [
            "name": "first", "note": "a note",
            "held": ["examples": "2", "steps": [0, 2, 3], "losses": [5, 4.5, 4.75]],
            "keptStep": 2,
          ]),
        Sessions.burst(2, after: 1), Sessions.burst(3, after: 1),
        Sessions.burst(
          4, after: 2,
          ["losses": [], "blend": [["burst": 2, "weight": 0.5], ["burst": 3, "weight": 0.5]]]),
      ],
      "current": 3,
      "probes": [
        [
          "suite": "facts", "burst": 3, "strength": 1, "total": 6, "before": 5, "after": 4,
          "broken": ["Bees?"], "mended": ["Days?"], "made": "2026-11-24T10:00:00Z",
        ]
      ],
      "state": [
        "chat": false, "conversationStart": 1, "strength": 1,
        "history": ["done": [], "undone": []],
        "votes": [["burst": 3, "tuned": 3, "foundation": 1, "neither": 1]],
      ],
    ])
    let story = Story(of: session)
    #expect(story.path.map(\.id) == [1, 3] && story.steps == 6)
    let page = try page(session)
    for text in [
      "@first", "a note", "as burst 1’s", "5.000 → 4.500", "step 2 of 3", "blend 0.50 @2 + 0.50 @3",
      "facts 5/6 → 4/6",
      "✓→✗ Bees?", "✗→✓ Days?", "preferred 3 of 4 times, neither 1 time.",
      "Burst 1: loss 4.000 → 3.000 in 3 steps, held-out loss 5.000 → 4.500.",
      "Burst 4: 0.125 (p95 0.500) nats.",
    ] {
      #expect(page.text.contains(text), "\(text)")
    }
    #expect(page.tags.count { $0 == "svg" } == 2)
    #expect(page.attributes.contains("data-label=held-out loss"))
  }

  @Test func repliesToOnePromptAreAComparison() throws {
    func turn(_ id: Int, _ prompt: String, _ reply: String, burst: Int?) -> [String: Any] {
      var turn: [String: Any] = [
        "id": id, "prompt": prompt, "reply": reply, "stop": "end", "strength": 1,
        "made": "2026-11-24T10:00:00Z",
      ]
      if let burst { turn["burst"] = burst }
      return turn
    }
    let session = try Sessions.session([
      "bursts": [Sessions.burst(1)], "current": 1,
      "turns": [
        turn(1, "Hi", "Hello.", burst: nil), turn(2, "Bye", "Bye.", burst: nil),
        turn(3, "Hi", "Arr.", burst: 1), turn(4, "Hi", "Arr, hello!", burst: 1),
      ],
    ])
    let story = Story(of: session)
    #expect(story.comparisons.map(\.prompt) == ["Hi"])
    #expect(story.comparisons.map(\.tuned) == ["Arr, hello!"])
    #expect(story.page.contains("Before and after"))
  }

  @Test func whatWasStoppedOrIsTheFoundationTwiceIsNoComparison() throws {
    let session = try Sessions.session([
      "bursts": [Sessions.burst(1)], "current": 1,
      "comparisons": [
        Sessions.comparison(1, "one", "a", "b", ["tunedStop": "interrupt"]),
        Sessions.comparison(2, "two", "a", "a", ["burst": NSNull()]),
        Sessions.comparison(3, "three", "a", "b", ["foundationStop": "length"]),
      ],
    ])
    let story = Story(of: session)
    #expect(story.comparisons.map(\.id) == [3])
    #expect(story.page.contains("1 word changed: 1 before, 1 after · before cut off at 80 tokens"))
  }

  @Test func theSameSessionGivesTheSameBytes() throws {
    #expect(try Story(of: Sessions.small()).page == Story(of: Sessions.small()).page)
  }

  @Test func aLongSessionMakesAPageThatOpens() throws {
    let long = (1...100_000).map { 5 - Double($0) / 25_000 }
    let session = try Sessions.session([
      "examples": (1...600).map { Sessions.example($0, "Prompt \($0)?", "Reply.") },
      "bursts": (1...150).map { id in
        Sessions.burst(id, after: id > 1 ? id - 1 : nil, id == 1 ? ["losses": long] : [:])
      },
      "current": 150,
      "comparisons": (1...90).map { Sessions.comparison($0, "Q\($0)?", "No.", "Arr.") },
    ])
    let page = Story(of: session).page
    #expect(Page(page) != nil)
    #expect(page.utf8.count < 1 << 20)
    for text in ["400 more examples", "50 earlier comparisons", "50 earlier bursts"] {
      #expect(page.contains("\(text) in the session’s file."), "\(text)")
    }
  }

  @Test func figuresBeyondReasonStayInThePicture() throws {
    let session = try Sessions.session([
      "bursts": [
        Sessions.burst(1, ["losses": [1e300, -5, 0], "drift": 1e18, "driftP95": -1]),
        Sessions.burst(2, after: 1, ["losses": [3], "drift": 0, "seconds": 1e18]),
      ],
      "current": 2,
    ])
    let page = Story(of: session).page
    #expect(Page(page) != nil)
    #expect(!page.contains("nan") && !page.contains("inf\""))
  }

  @Test func theShippedSessionIsAPage() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let session = try SessionStore.peek(path: root + "/sessions/pirate-voice.json")
    let page = try page(session)
    #expect(page.tags.count { $0 == "figure" } == 4 + 2)
    #expect(page.tags.count { $0 == "li" } == 19)
    #expect(page.text.contains("19 examples taught to SmolLM2-135M-Instruct.Q4_1 in 1 burst"))
    #expect(page.text.contains("Arr, a fine day to sail the ship, matey!"))
    #expect(page.text.contains(try #require(session.bursts.first?.hash)))
    #expect(page.text.contains("exclamations per 100"))
  }

  @Test func aPageTakesTheRoomOfAPageOnly() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (page, other) = (folder.path + "/page.html", folder.path + "/other.html")
    let report = SessionReport(Story(of: try Sessions.small()))
    #expect(ReportFile.isFree(page))
    let count = try ReportFile.write(report, to: page)
    #expect(try Data(contentsOf: URL(filePath: page)) == Data(report.html.utf8))
    #expect(count == report.html.utf8.count)
    #expect(ReportFile.isFree(page))
    for text in ["", "my notes", "<!DOCTYPE html>\n<p>mine</p>"] {
      try Data(text.utf8).write(to: URL(filePath: other))
      #expect(!ReportFile.isFree(other))
    }
    #expect(!ReportFile.isFree(folder.path))
    #expect(throws: FileError.self) { try ReportFile.write(report, to: folder.path + "/no/a.html") }
  }
}
