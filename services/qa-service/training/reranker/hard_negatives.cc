#include "services/qa-service/training/reranker/hard_negatives.h"

#include <algorithm>

namespace clientele::qa {

std::vector<std::size_t> HardNegatives(std::size_t right, std::size_t passages,
                                       absl::Span<const std::size_t> by_words, std::size_t lexical,
                                       absl::Span<const std::size_t> by_vectors,
                                       std::size_t by_meaning) {
  std::vector<std::size_t> chosen;
  const auto add = [&](std::size_t passage) {
    if (passage == right || std::find(chosen.begin(), chosen.end(), passage) != chosen.end()) {
      return;
    }
    chosen.push_back(passage);
  };
  for (std::size_t i = 0; i < by_words.size() && chosen.size() < lexical; ++i) add(by_words[i]);
  const std::size_t with_vectors = chosen.size() + by_meaning;
  for (std::size_t i = 0; i < by_vectors.size() && chosen.size() < with_vectors; ++i) {
    add(by_vectors[i]);
  }
  for (std::size_t i = 1; i < passages && chosen.size() < lexical + by_meaning; ++i) {
    add((right + i) % passages);
  }
  return chosen;
}

}  // namespace clientele::qa
