#include "common/text/tokenizer/piece_merging.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {

std::vector<std::string> CharactersOf(absl::string_view word) {
  std::vector<std::string> characters;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t begin = at;
    NextCodePoint(word, at);
    characters.emplace_back(word.substr(begin, at - begin));
  }
  return characters;
}

absl::StatusOr<MergedPieces> LearnPieces(const std::vector<CutWord>& words,
                                         std::vector<std::string> first,
                                         const PieceLearning& learning) {
  absl::flat_hash_map<std::string, std::int64_t> counts;
  for (const CutWord& word : words) {
    for (const std::string& character : word.characters) counts[character] += word.count;
  }
  std::vector<std::pair<std::int64_t, std::string>> alphabet;
  for (const auto& [character, count] : counts) {
    if (count >= learning.min_count) alphabet.emplace_back(-count, character);
  }
  if (alphabet.empty()) {
    return InvalidField("texts", "have no character that is found often enough");
  }
  std::sort(alphabet.begin(), alphabet.end());
  std::vector<std::string> pieces = std::move(first);
  absl::flat_hash_map<std::string, PieceId> ids;
  for (auto& [count, character] : alphabet) {
    if (pieces.size() == learning.vocabulary) break;
    ids.emplace(character, static_cast<PieceId>(pieces.size()));
    pieces.push_back(std::move(character));
  }
  std::vector<WordAsPieces> known;
  known.reserve(words.size());
  for (const CutWord& word : words) {
    WordAsPieces cut{{}, word.count};
    for (const std::string& character : word.characters) {
      const auto found = ids.find(character);
      if (found == ids.end()) break;
      cut.pieces.push_back(found->second);
    }
    if (cut.pieces.size() == word.characters.size()) known.push_back(std::move(cut));
  }
  return PieceMerger(std::move(pieces), std::move(known), learning.continuation_bytes)
      .Merge(learning.vocabulary, learning.min_count);
}

PieceMerger::PieceMerger(std::vector<std::string> pieces, std::vector<WordAsPieces> words,
                         std::size_t continuation_bytes)
    : continuation_bytes_(continuation_bytes),
      pieces_(std::move(pieces)),
      words_(std::move(words)) {
  for (std::size_t i = 0; i < pieces_.size(); ++i) ids_[pieces_[i]] = static_cast<PieceId>(i);
  for (std::size_t w = 0; w < words_.size(); ++w) Count(w, +1);
  for (const auto& [pair, count] : counts_) Push(pair, count);
}

MergedPieces PieceMerger::Merge(std::size_t vocabulary, std::int64_t min_count) {
  while (pieces_.size() < vocabulary && !candidates_.empty()) {
    const Candidate next = Pop();
    if (next.count != counts_[next.pair]) continue;
    if (next.count < std::max<std::int64_t>(min_count, 1)) break;
    Apply(next.pair);
  }
  MergedPieces merged;
  merged.counts.assign(pieces_.size(), 0);
  for (const WordAsPieces& word : words_) {
    for (const PieceId id : word.pieces) merged.counts[static_cast<std::size_t>(id)] += word.count;
  }
  merged.pieces = std::move(pieces_);
  return merged;
}

// More often first; of equals the one whose text comes first.
bool PieceMerger::IsWorse(const Candidate& a, const Candidate& b) const {
  if (a.count != b.count) return a.count < b.count;
  const std::string& a_first = Text(a.pair.first);
  const std::string& b_first = Text(b.pair.first);
  if (a_first != b_first) return a_first > b_first;
  return Text(a.pair.second) > Text(b.pair.second);
}

void PieceMerger::Push(const PiecePair& pair, std::int64_t count) {
  if (count <= 0) return;
  candidates_.push_back({count, pair});
  std::push_heap(candidates_.begin(), candidates_.end(),
                 [this](const auto& a, const auto& b) { return IsWorse(a, b); });
}

PieceMerger::Candidate PieceMerger::Pop() {
  std::pop_heap(candidates_.begin(), candidates_.end(),
                [this](const auto& a, const auto& b) { return IsWorse(a, b); });
  const Candidate best = candidates_.back();
  candidates_.pop_back();
  return best;
}

void PieceMerger::Count(std::size_t word, std::int64_t sign) {
  const std::vector<PieceId>& pieces = words_[word].pieces;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const PiecePair pair{pieces[i - 1], pieces[i]};
    counts_[pair] += sign * words_[word].count;
    if (sign > 0) places_[pair].insert(word);
    touched_.insert(pair);
  }
}

PieceId PieceMerger::Joined(const PiecePair& pair) {
  const std::string text = absl::StrCat(
      Text(pair.first), absl::string_view(Text(pair.second)).substr(continuation_bytes_));
  const auto [at, added] = ids_.emplace(text, static_cast<PieceId>(pieces_.size()));
  if (added) pieces_.push_back(text);
  return at->second;
}

void PieceMerger::Apply(const PiecePair& pair) {
  const PieceId joined = Joined(pair);
  touched_.clear();
  const absl::flat_hash_set<std::size_t> words = std::move(places_[pair]);
  places_.erase(pair);
  for (const std::size_t word : words) {
    Count(word, -1);
    std::vector<PieceId>& pieces = words_[word].pieces;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i, ++kept) {
      const bool match =
          i + 1 < pieces.size() && pieces[i] == pair.first && pieces[i + 1] == pair.second;
      pieces[kept] = match ? joined : pieces[i];
      i += match ? 1 : 0;
    }
    pieces.resize(kept);
    Count(word, +1);
  }
  for (const PiecePair& changed : touched_) Push(changed, counts_[changed]);
}

}  // namespace clientele::text::tokenization
