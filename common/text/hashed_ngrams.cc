#include "common/text/hashed_ngrams.h"

#include <algorithm>
#include <string>

#include "common/text/han.h"
#include "common/text/normalization.h"
#include "common/text/segmentation.h"

namespace clientele::text {
namespace {

constexpr int kMaxNgram = 16;
constexpr std::size_t kMaxTokens = 65536;

// FNV-1a, 64 bit.
class Fnv {
 public:
  explicit Fnv(char kind) { Add(kind); }
  void Add(char byte) {
    hash_ ^= static_cast<unsigned char>(byte);
    hash_ *= 0x100000001b3ULL;
  }
  void Add(absl::string_view bytes) {
    for (const char byte : bytes) Add(byte);
  }
  std::int64_t Id(std::int64_t buckets) const {
    const std::uint64_t folded = hash_ ^ (hash_ >> 32);
    return static_cast<std::int64_t>(folded % static_cast<std::uint64_t>(buckets)) + 1;
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

// The characters of a word as byte ranges.
std::vector<Segment> Characters(absl::string_view word) {
  std::vector<Segment> characters;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t begin = at;
    NextCharacter(word, at);
    characters.push_back({begin, at});
  }
  return characters;
}

class Encoding {
 public:
  Encoding(const HashedNgramOptions& options, absl::string_view text)
      : options_(options), text_(text), words_(Words(text)) {}

  std::vector<std::int64_t> Run() {
    for (std::size_t i = 0; i < words_.size() && !full(); ++i) {
      AppendWordNgrams(i);
      if (options_.max_char_ngram <= 0) continue;
      if (ContainsHan(TextOf(text_, words_[i]))) {
        AppendHanNgrams(i);
      } else {
        AppendCharacterNgrams(TextOf(text_, words_[i]));
      }
    }
    if (full()) ids_.resize(options_.max_tokens);
    return std::move(ids_);
  }

 private:
  bool full() const { return ids_.size() >= options_.max_tokens; }
  void Append(const Fnv& hash) { ids_.push_back(hash.Id(options_.buckets)); }

  void AppendWordNgrams(std::size_t last) {
    for (int n = 1; n <= options_.max_word_ngram; ++n) {
      const auto count = static_cast<std::size_t>(n);
      if (count > last + 1) break;
      Fnv hash('w');
      for (std::size_t w = last + 1 - count; w <= last; ++w) {
        hash.Add(TextOf(text_, words_[w]));
        if (w < last) hash.Add(' ');
      }
      Append(hash);
    }
  }

  void AppendHanNgrams(std::size_t i) {
    const bool joined =
        i > 0 && words_[i - 1].end == words_[i].begin && ContainsHan(TextOf(text_, words_[i - 1]));
    absl::string_view previous;
    if (joined) {
      const absl::string_view before = TextOf(text_, words_[i - 1]);
      previous = TextOf(before, Characters(before).back());
    }
    const absl::string_view word = TextOf(text_, words_[i]);
    for (const Segment& segment : Characters(word)) {
      if (full()) return;
      const absl::string_view character = TextOf(word, segment);
      Fnv single('c');
      single.Add(character);
      Append(single);
      if (!previous.empty()) {
        Fnv pair('c');
        pair.Add(previous);
        pair.Add(character);
        Append(pair);
      }
      previous = character;
    }
  }

  void AppendCharacterNgrams(absl::string_view word) {
    std::string marked = "<";
    marked.append(word.data(), word.size());
    marked.push_back('>');
    const std::vector<Segment> characters = Characters(marked);
    const auto shortest = static_cast<std::size_t>(std::max(options_.min_char_ngram, 1));
    const auto longest = static_cast<std::size_t>(options_.max_char_ngram);
    for (std::size_t begin = 0; begin < characters.size() && !full(); ++begin) {
      Fnv hash('c');
      for (std::size_t n = 1; n <= longest && begin + n <= characters.size(); ++n) {
        hash.Add(TextOf(marked, characters[begin + n - 1]));
        if (n >= shortest && n < characters.size()) Append(hash);
      }
    }
  }

  const HashedNgramOptions& options_;
  absl::string_view text_;
  std::vector<Segment> words_;
  std::vector<std::int64_t> ids_;
};

}  // namespace

HashedNgramTokenizer::HashedNgramTokenizer(HashedNgramOptions options) : options_(options) {
  options_.buckets = std::max<std::int64_t>(options_.buckets, 1);
  options_.min_char_ngram = std::clamp(options_.min_char_ngram, 1, kMaxNgram);
  options_.max_char_ngram = std::clamp(options_.max_char_ngram, 0, kMaxNgram);
  options_.max_word_ngram = std::clamp(options_.max_word_ngram, 0, kMaxNgram);
  if (options_.max_tokens == 0) options_.max_tokens = kMaxTokens;
}

std::vector<std::int64_t> HashedNgramTokenizer::Encode(absl::string_view text) const {
  const std::string normalized = Normalize(text);
  return Encoding(options_, normalized).Run();
}

}  // namespace clientele::text
