/// A rendered conversation: text in order, each piece trained on or not.
public struct RenderedChat: Sendable, Equatable {
  /// A run of text.
  public struct Piece: Sendable, Equatable {
    /// The text.
    public var text: String
    /// Whether its tokens are trained: an assistant turn's content and end-of-turn token.
    public var trained: Bool
  }
  /// The pieces in order.
  public var pieces: [Piece] = []
  /// The whole text.
  public var text: String { pieces.map(\.text).joined() }

  /// Adds `text` at the end, to the last piece where that is of the same kind.
  mutating func append(_ text: String, trained: Bool = false) {
    if pieces.last?.trained == trained {
      pieces[pieces.count - 1].text += text
    } else {
      pieces.append(Piece(text: text, trained: trained))
    }
  }

  /// Token ids (special tokens parsed, no BOS beyond the template's own) and which are trained.
  ///
  /// Encoded as one text; a token is trained where it starts inside a trained piece. As in the
  /// reference implementations, special tokens are parsed wherever they stand: a message that
  /// contains
  /// `<|im_end|>` ends its turn there.
  public func tokens(_ tokenizer: Tokenizer) -> (ids: [Token], trained: [Bool]) {
    let (ids, offsets) = tokenizer.encodeWithOffsets(text, special: true)
    var trained: [Bool] = []
    trained.reserveCapacity(ids.count)
    var piece = 0
    var end = pieces.first?.text.utf8.count ?? 0
    for offset in offsets {
      while offset >= end, piece + 1 < pieces.count {
        piece += 1
        end += pieces[piece].text.utf8.count
      }
      trained.append(pieces[piece].trained)
    }
    return (ids, trained)
  }
}
