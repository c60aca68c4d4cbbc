#include "common/text/tokenizer/unigram_model.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {
namespace {

constexpr double kUnknownPenalty = 10.0;
constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

// The best way to a byte of the word.
template <class Score>
struct Arrival {
  Score score = 0;
  std::uint32_t from = kNowhere;
  std::int32_t id = 0;
};

}  // namespace

UnigramModel::UnigramModel(Vocabulary vocabulary, UnigramOptions options)
    : Model(std::move(vocabulary)), options_(std::move(options)), bytes_(this->vocabulary()) {
  options_.scores.resize(static_cast<std::size_t>(this->vocabulary().end()));
  options_.left_out.resize(options_.scores.size());
  if (!options_.unknown_score.has_value()) {
    const auto lowest = std::min_element(options_.scores.begin(), options_.scores.end());
    options_.unknown_score = (lowest == options_.scores.end() ? 0 : *lowest) - kUnknownPenalty;
  }
  std::vector<Trie::Entry> entries;
  entries.reserve(this->vocabulary().tokens().size());
  for (const std::string& token : this->vocabulary().tokens()) {
    const std::int32_t id = *this->vocabulary().IdOf(token);
    if (!options_.left_out[static_cast<std::size_t>(id)]) entries.emplace_back(token, id);
  }
  pieces_ = Trie(std::move(entries));
}

absl::Status UnigramModel::Tokenize(absl::string_view word, std::vector<ModelToken>& tokens) const {
  return options_.single_precision ? Cut<float>(word, tokens) : Cut<double>(word, tokens);
}

template <class Score>
absl::Status UnigramModel::Cut(absl::string_view word, std::vector<ModelToken>& tokens) const {
  std::vector<Arrival<Score>> arrivals(word.size() + 1);
  const auto unknown_score = static_cast<Score>(*options_.unknown_score);
  for (std::size_t at = 0; at < word.size();) {
    const Score here = arrivals[at].score;
    const std::size_t character = std::min(CharacterLength(word[at]), word.size() - at);
    bool covered = false;
    const auto arrive = [&](std::size_t length, std::int32_t id, double total) {
      Arrival<Score>& arrival = arrivals[at + length];
      const auto best = static_cast<double>(arrival.score);
      if (arrival.from == kNowhere || total > best ||
          (options_.later_start_wins && total == best)) {
        arrival = {static_cast<Score>(total), static_cast<std::uint32_t>(at), id};
      }
    };
    // SentencePiece adds pieces in 64 bits and rounds what it keeps; unknown characters in 32.
    pieces_.ForEachPrefix(word.substr(at), [&](std::size_t length, std::int32_t id) {
      arrive(length, id, options_.scores[static_cast<std::size_t>(id)] + static_cast<double>(here));
      covered = covered || length == character;
    });
    if (!covered) {
      if (!options_.unknown.has_value()) {
        return absl::InvalidArgumentError(
            "the text has a character that is not in the vocabulary, and the tokenizer has no "
            "unknown token");
      }
      arrive(character, *options_.unknown, static_cast<double>(unknown_score + here));
    }
    at += character;
  }

  const std::size_t first = tokens.size();
  for (std::size_t end = word.size(); end > 0;) {
    const Arrival<Score>& arrival = arrivals[end];
    const bool unknown = options_.unknown.has_value() && arrival.id == *options_.unknown;
    if (unknown && tokens.size() > first && tokens.back().is_text) {
      tokens.back().begin = arrival.from;
    } else {
      tokens.push_back({arrival.id, arrival.from, static_cast<std::uint32_t>(end), unknown});
    }
    end = arrival.from;
  }
  std::reverse(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.end());
  if (!options_.unknown.has_value()) return absl::OkStatus();

  // Unknown stretches may be in the vocabulary as a whole, or be written as bytes.
  if (std::none_of(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.end(),
                   [](const ModelToken& token) { return token.is_text; })) {
    return absl::OkStatus();
  }
  std::vector<ModelToken> known;
  for (std::size_t i = first; i < tokens.size(); ++i) {
    const ModelToken& token = tokens[i];
    if (!token.is_text) {
      known.push_back(token);
      continue;
    }
    const absl::string_view piece = word.substr(token.begin, token.end - token.begin);
    if (const auto id = vocabulary().IdOf(piece);
        id.has_value() && !options_.left_out[static_cast<std::size_t>(*id)]) {
      known.push_back({*id, token.begin, token.end, false});
    } else if (options_.byte_fallback && bytes_.Cover(piece)) {
      for (const char byte : piece) {
        known.push_back(
            {bytes_.IdOf(static_cast<unsigned char>(byte)), token.begin, token.end, false});
      }
    } else {
      known.push_back(token);
    }
  }
  tokens.resize(first);
  tokens.insert(tokens.end(), known.begin(), known.end());
  return absl::OkStatus();
}

}  // namespace clientele::text::tokenization
