#include "common/text/tokenizer/bpe_model.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {
namespace {

// Up to here looking at every pair again beats a heap.
constexpr std::size_t kFewSymbols = 24;

std::uint64_t PairKey(std::int32_t left, std::int32_t right) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 |
         static_cast<std::uint32_t>(right);
}

std::string Shown(absl::string_view token) {
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(token.substr(0, 100)), "\"");
}

absl::string_view FirstCharacter(absl::string_view text) {
  return text.substr(0, CharacterLength(text[0]));
}

absl::string_view LastCharacter(absl::string_view text) {
  return text.substr(PreviousCharacter(text, text.size()));
}

}  // namespace

struct BpeModel::Scratch {
  struct Candidate {
    std::uint32_t rank;
    std::int32_t position;
    std::int32_t id;
  };
  std::vector<Symbol> symbols;
  std::vector<Candidate> heap;
};

// Takes the symbols of a word, and gives the tokens of each stretch when it ends.
class BpeModel::Emitter {
 public:
  Emitter(const BpeModel& model, std::vector<ModelToken>& tokens)
      : model_(model), tokens_(tokens), scratch_(ThreadScratch()) {
    scratch_.symbols.clear();
  }

  void Add(std::int32_t id, std::size_t length) {
    std::vector<Symbol>& symbols = scratch_.symbols;
    if (!symbols.empty() && model_.cut_at_seams_ &&
        !model_.inner_pairs_.contains(PairKey(symbols.back().id, id))) {
      Flush();
    }
    symbols.push_back({id, static_cast<std::uint32_t>(length), -1, -1});
  }
  void AddFrozen(std::int32_t id, std::size_t length) {
    Flush();
    Emit(id, static_cast<std::uint32_t>(length));
  }
  void Flush() {
    std::vector<Symbol>& symbols = scratch_.symbols;
    if (symbols.size() > kFewSymbols) {
      model_.JoinMany(scratch_);
    } else if (symbols.size() > 1) {
      model_.JoinFew(symbols);
    }
    for (const Symbol& symbol : symbols) {
      if (symbol.length > 0) Emit(symbol.id, symbol.length);
    }
    symbols.clear();
  }

 private:
  static Scratch& ThreadScratch() {
    thread_local Scratch scratch;
    return scratch;
  }
  void Emit(std::int32_t id, std::uint32_t length) {
    tokens_.push_back({id, at_, at_ + length, false});
    at_ += length;
  }

  const BpeModel& model_;
  std::vector<ModelToken>& tokens_;
  Scratch& scratch_;
  std::uint32_t at_ = 0;
};

BpeModel::BpeModel(Vocabulary vocabulary, const BpeOptions& options)
    : Model(std::move(vocabulary)), options_(options), bytes_(this->vocabulary()) {
  for (std::size_t c = 0; c < character_ids_.size(); ++c) {
    std::string character;
    AppendUtf8(static_cast<char32_t>(c), character);
    character_ids_[c] = this->vocabulary().IdOf(character).value_or(-1);
  }
}

absl::StatusOr<std::unique_ptr<BpeModel>> BpeModel::Create(Vocabulary vocabulary,
                                                           const std::vector<Merge>& merges,
                                                           const BpeOptions& options) {
  std::unique_ptr<BpeModel> model(new BpeModel(std::move(vocabulary), options));
  if (!options.unknown.empty()) {
    model->unknown_ = model->vocabulary().IdOf(options.unknown);
    if (!model->unknown_.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the unknown token ", Shown(options.unknown), " is not in the vocabulary"));
    }
  }
  std::vector<Trie::Entry> frozen;
  for (const std::string& token : options.frozen) {
    const auto id = model->vocabulary().IdOf(token);
    if (id.has_value()) frozen.emplace_back(token, *id);
  }
  model->frozen_ = Trie(std::move(frozen));
  CLIENTELE_RETURN_IF_ERROR(model->AddMerges(merges));
  model->FindSeams(merges);
  return model;
}

absl::Status BpeModel::AddMerges(const std::vector<Merge>& merges) {
  merges_.reserve(merges.size());
  for (std::size_t i = 0; i < merges.size(); ++i) {
    const Merge& merge = merges[i];
    const auto missing = [&](absl::string_view token) {
      return absl::InvalidArgumentError(absl::StrCat("merge ", i, " (", Shown(merge.left), ", ",
                                                     Shown(merge.right), "): ", Shown(token),
                                                     " is not in the vocabulary"));
    };
    const auto left = vocabulary().IdOf(merge.left);
    if (!left.has_value()) return missing(merge.left);
    const auto right = vocabulary().IdOf(merge.right);
    if (!right.has_value()) return missing(merge.right);
    if (merge.right.size() < options_.continuing_subword_prefix.size()) {
      return missing(merge.right);
    }
    const std::string joined = absl::StrCat(
        merge.left,
        absl::string_view(merge.right).substr(options_.continuing_subword_prefix.size()));
    const auto id = vocabulary().IdOf(joined);
    if (!id.has_value()) return missing(joined);
    merges_[PairKey(*left, *right)] = {merge.rank, *id};
  }
  return absl::OkStatus();
}

void BpeModel::FindSeams(const std::vector<Merge>& merges) {
  if (!options_.continuing_subword_prefix.empty() || !options_.end_of_word_suffix.empty()) return;
  for (const Merge& merge : merges) {
    if (merge.left.empty() || merge.right.empty()) return;
    // Tokens that stand for other text than their own.
    const auto stands_for_other = [&](absl::string_view token) {
      return token == options_.unknown || ByteOfToken(token).has_value();
    };
    if (stands_for_other(merge.left) || stands_for_other(merge.right)) return;
    const auto last = vocabulary().IdOf(LastCharacter(merge.left));
    const auto first = vocabulary().IdOf(FirstCharacter(merge.right));
    // Without a token for the character no word ever has this merge.
    if (last.has_value() && first.has_value()) inner_pairs_.insert(PairKey(*last, *first));
  }
  cut_at_seams_ = true;
}

const BpeModel::Joined* BpeModel::Join(std::int32_t left, std::int32_t right) const {
  const auto found = merges_.find(PairKey(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

std::int32_t BpeModel::CharacterId(absl::string_view character) const {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1 && lead < 0x80) return character_ids_[lead];
  if (character.size() == 2) {
    const std::size_t c = static_cast<std::size_t>(lead & 0x1F) << 6 |
                          (static_cast<unsigned char>(character[1]) & 0x3F);
    if (c >= 0x80 && c < character_ids_.size()) return character_ids_[c];
  }
  return vocabulary().IdOf(character).value_or(-1);
}

absl::Status BpeModel::Tokenize(absl::string_view word, std::vector<ModelToken>& tokens) const {
  if (options_.ignore_merges) {
    if (const auto id = vocabulary().IdOf(word)) {
      tokens.push_back({*id, 0, static_cast<std::uint32_t>(word.size()), false});
      return absl::OkStatus();
    }
  }
  const bool affixes =
      !options_.continuing_subword_prefix.empty() || !options_.end_of_word_suffix.empty();
  Emitter emitter(*this, tokens);
  std::size_t unknown_length = 0;  // bytes of the unknown token that is still open
  std::string affixed;
  for (std::size_t at = 0; at < word.size();) {
    if (!frozen_.empty()) {
      const auto [length, id] = frozen_.LongestPrefix(word.substr(at));
      if (length > 0) {
        if (unknown_length > 0) emitter.Add(*unknown_, unknown_length);
        unknown_length = 0;
        emitter.AddFrozen(id, length);
        at += length;
        continue;
      }
    }
    const std::size_t length = CharacterLength(word[at]);
    absl::string_view character = word.substr(at, length);
    if (affixes) {
      affixed = absl::StrCat(at > 0 ? options_.continuing_subword_prefix : "", character,
                             at + length >= word.size() ? options_.end_of_word_suffix : "");
      character = affixed;
    }
    at += length;
    const std::int32_t id = CharacterId(character);
    if (id >= 0) {
      if (unknown_length > 0) emitter.Add(*unknown_, unknown_length);
      unknown_length = 0;
      emitter.Add(id, length);
    } else if (options_.byte_fallback && bytes_.Cover(character)) {
      // As in the reference, an unknown token that is open comes behind these bytes.
      for (const char byte : character) {
        emitter.Add(bytes_.IdOf(static_cast<unsigned char>(byte)), 1);
      }
    } else if (unknown_.has_value()) {
      if (unknown_length > 0 && !options_.fuse_unknown) {
        emitter.Add(*unknown_, unknown_length);
        unknown_length = 0;
      }
      unknown_length += length;
    }
  }
  if (unknown_length > 0) emitter.Add(*unknown_, unknown_length);
  emitter.Flush();
  return absl::OkStatus();
}

void BpeModel::JoinFew(std::vector<Symbol>& symbols) const {
  constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
  struct Pair {
    std::uint32_t rank = kNever;
    std::int32_t id = 0;
  };
  std::array<Pair, kFewSymbols> pairs;  // pairs[i]: symbols i and i + 1
  const auto look_up = [&](std::size_t i) {
    const Joined* joined = Join(symbols[i].id, symbols[i + 1].id);
    pairs[i] = joined == nullptr ? Pair() : Pair{joined->rank, joined->id};
  };
  for (std::size_t i = 0; i + 1 < symbols.size(); ++i) look_up(i);
  while (symbols.size() > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < symbols.size(); ++i) {
      if (pairs[i].rank < pairs[best].rank) best = i;
    }
    if (pairs[best].rank == kNever) return;
    symbols[best].id = pairs[best].id;
    symbols[best].length += symbols[best + 1].length;
    for (std::size_t i = best + 1; i + 2 < symbols.size(); ++i) pairs[i] = pairs[i + 1];
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    if (best + 1 < symbols.size()) look_up(best);
    if (best > 0) look_up(best - 1);
  }
}

void BpeModel::JoinMany(Scratch& scratch) const {
  std::vector<Symbol>& symbols = scratch.symbols;
  auto& heap = scratch.heap;
  heap.clear();
  const auto later = [](const Scratch::Candidate& a, const Scratch::Candidate& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.position > b.position;
  };
  const auto candidate = [&](std::int32_t position) -> std::optional<Scratch::Candidate> {
    const Symbol& symbol = symbols[static_cast<std::size_t>(position)];
    if (symbol.next < 0) return std::nullopt;
    const Joined* joined = Join(symbol.id, symbols[static_cast<std::size_t>(symbol.next)].id);
    if (joined == nullptr) return std::nullopt;
    return Scratch::Candidate{joined->rank, position, joined->id};
  };
  const auto count = static_cast<std::int32_t>(symbols.size());
  for (std::int32_t i = 0; i < count; ++i) {
    symbols[static_cast<std::size_t>(i)].previous = i - 1;
    symbols[static_cast<std::size_t>(i)].next = i + 1 < count ? i + 1 : -1;
  }
  for (std::int32_t i = 0; i < count; ++i) {
    if (const auto found = candidate(i)) heap.push_back(*found);
  }
  std::make_heap(heap.begin(), heap.end(), later);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), later);
    const Scratch::Candidate top = heap.back();
    heap.pop_back();
    Symbol& left = symbols[static_cast<std::size_t>(top.position)];
    if (left.length == 0) continue;
    // The pair may have changed since it was noted.
    const auto current = candidate(top.position);
    if (!current.has_value() || current->id != top.id) continue;
    Symbol& right = symbols[static_cast<std::size_t>(left.next)];
    left.id = top.id;
    left.length += right.length;
    right.length = 0;
    left.next = right.next;
    if (left.next >= 0) symbols[static_cast<std::size_t>(left.next)].previous = top.position;
    const auto push = [&](std::int32_t position) {
      if (const auto found = candidate(position)) {
        heap.push_back(*found);
        std::push_heap(heap.begin(), heap.end(), later);
      }
    };
    if (left.previous >= 0) push(left.previous);
    push(top.position);
  }
}

}  // namespace clientele::text::tokenization
