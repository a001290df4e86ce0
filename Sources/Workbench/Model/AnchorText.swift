import Engine

/// Texts on which a burst with a KL penalty keeps the model near the foundation. None of them is among those that drift
/// is measured on, so that the meter is not trained on its own test.
///
/// Kinds of text that models meet often, written for this purpose. Changing a word changes every burst with a penalty.
enum AnchorText {
  private static let texts = [
    "The museum opens at nine and closes at five. On Mondays it is shut. Tickets cost eight euros, "
      + "and children under twelve get in free.",
    "for name in sorted(names):\n    if name not in seen:\n        seen.add(name)\n        print(name)\n",
    "Photosynthesis turns light into chemical energy. Plants take in carbon dioxide and water, and "
      + "give off oxygen as they build sugar.",
    "Question: Who wrote the play Hamlet?\nAnswer: William Shakespeare.\n\nQuestion: What is the "
      + "square root of eighty-one?\nAnswer: Nine.",
    "Hi Tom, the meeting moved to Thursday at ten. Could you bring the figures for last quarter? "
      + "Thanks, Maria",
    "He walked along the harbour until the lamps were lit. Somebody was playing a violin above the "
      + "bakery, and he stopped to listen.",
    "1. Switch off the power.\n2. Remove the four screws at the back.\n3. Lift the cover and take "
      + "out the old filter.\n4. Put in the new one.",
    "The council approved the new budget on Tuesday by nine votes to four. Most of the money will go "
      + "to roads and schools.",
    "SELECT city, COUNT(*) AS total FROM orders WHERE year = 2020 GROUP BY city ORDER BY total DESC;",
    "If a triangle has two equal sides, the angles opposite them are equal as well. To see why, draw "
      + "the line from the top to the middle of the base.",
    "The phone has a bright screen and a battery that lasts two days, but the camera is slow in poor "
      + "light. For the price, it is a good choice.",
    "In 1869 the first railway across the continent was finished. A journey that had taken six "
      + "months could now be made in a week.",
  ]

  /// The texts' tokens; for a model without a tokenizer, fixed ids spread over its vocabulary.
  static func tokens(for model: Model) -> [[Token]] {
    NeutralText.tokens(of: texts, for: model, firstID: 15_485_863)
  }
}
