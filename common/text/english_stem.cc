#include "common/text/english_stem.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <libstemmer.h>

#include "absl/hash/hash.h"

namespace clientele::text {
namespace {

struct StemmerDelete {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

// One thread's stemmer, and the words that it stemmed last: one at each place that hashes name.
class Stemmer {
 public:
  Stemmer() : stemmer_(sb_stemmer_new("english", nullptr)) {
    if (stemmer_ != nullptr) return;
    std::fputs("libstemmer has no English stemmer: reinstall libstemmer\n", stderr);
    std::abort();
  }

  std::string Stem(absl::string_view word) {
    if (word.size() > kLongest) return std::string(Find(word));
    Remembered& place = places_[absl::HashOf(word) % places_.size()];
    if (word != absl::string_view(place.word.data(), place.word_size)) {
      const absl::string_view stem = Find(word);
      if (stem.size() > kLongest) return std::string(stem);
      place.word_size = Copy(word, place.word);
      place.stem_size = Copy(stem, place.stem);
    }
    return std::string(place.stem.data(), place.stem_size);
  }

 private:
  static constexpr std::size_t kLongest = 31;
  using Letters = std::array<char, kLongest>;
  struct Remembered {
    std::uint8_t word_size = 0;
    std::uint8_t stem_size = 0;
    Letters word;
    Letters stem;
  };

  static std::uint8_t Copy(absl::string_view text, Letters& letters) {
    std::memcpy(letters.data(), text.data(), text.size());
    return static_cast<std::uint8_t>(text.size());
  }

  // Until the next call.
  absl::string_view Find(absl::string_view word) {
    const sb_symbol* stem =
        sb_stemmer_stem(stemmer_.get(), reinterpret_cast<const sb_symbol*>(word.data()),
                        static_cast<int>(word.size()));
    if (stem == nullptr) return word;
    return {reinterpret_cast<const char*>(stem),
            static_cast<std::size_t>(sb_stemmer_length(stemmer_.get()))};
  }

  const std::unique_ptr<sb_stemmer, StemmerDelete> stemmer_;
  std::array<Remembered, 2048> places_;
};

}  // namespace

std::string EnglishStem(absl::string_view word) {
  // On the heap: what a thread keeps for itself beside its stack is small.
  thread_local const auto stemmer = std::make_unique<Stemmer>();
  return stemmer->Stem(word);
}

}  // namespace clientele::text
