import Engine

/// Text that has nothing to do with what a person tunes: how far the adapter moves the model on it is drift.
///
/// Kinds of text that models meet often, written for this purpose. Changing a word changes every drift figure.
enum NeutralText {
  private static let texts = [
    "The river rises in the northern hills and runs for two hundred kilometres to the sea. In "
      + "spring, melting snow doubles its flow within a week.",
    "def mean(values):\n    total = 0\n    for value in values:\n        total += value\n"
      + "    return total / len(values)\n",
    "To make the dough, mix 500 grams of flour with 300 millilitres of water, a pinch of salt and "
      + "some yeast. Let it rest for an hour in a warm place.",
    "Question: What is seven times eight?\nAnswer: Fifty-six.\n\nQuestion: Which planet is closest "
      + "to the sun?\nAnswer: Mercury.",
    "Dear Ms Hall, thank you for your letter of 3 March. We have looked into the matter and will "
      + "send the replacement part this week. Kind regards, T. Novak",
    "She closed the book and looked out of the window. It had stopped raining, and the first people "
      + "were coming out into the street.",
  ]

  /// The texts' tokens; for a model without a tokenizer, fixed ids spread over its vocabulary.
  static func tokens(for model: Model) -> [[Token]] { tokens(of: texts, for: model, firstID: 0) }

  /// The tokens of `texts`, none longer than the context; for a model without a tokenizer, fixed ids from `firstID` on.
  static func tokens(of texts: [String], for model: Model, firstID: Int) -> [[Token]] {
    if let tokenizer = model.tokenizer {
      let limit = model.configuration.contextLength
      return texts.map { Array(tokenizer.encode($0).prefix(limit)) }.filter { $0.count > 1 }
    }
    let length = min(32, model.configuration.contextLength)
    let vocabulary = max(1, model.configuration.vocabularySize)
    return (0..<4).map { row in
      (0..<length).map { Token((firstID + row * 7_919 + $0 * 104_729) % vocabulary) }
    }
  }
}
