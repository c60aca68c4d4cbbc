#ifndef CLIENTELE_RECOMMEND_SERVICE_TRAINING_CLICK_FAMILIES_H_
#define CLIENTELE_RECOMMEND_SERVICE_TRAINING_CLICK_FAMILIES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "common/training/tables/table_family.h"

namespace clientele::recommend {

enum class ClickAlgorithm {
  kDeepFm,
  kTrees,
  kBlend,  // those two and logistic regression
};

struct ClickFamilyOptions {
  ClickAlgorithm algorithm = ClickAlgorithm::kBlend;
  int members = 0;  // of DeepFM; 0: 4, or 2 from 60,000 rows on
  int threads = 1;
  std::uint64_t seed = 1;
};

// The families of models that compete for clicks, for a table of so many rows.
std::vector<std::unique_ptr<training::TableFamily>> ClickFamilies(const ClickFamilyOptions& options,
                                                                  std::size_t rows);

}  // namespace clientele::recommend

#endif  // CLIENTELE_RECOMMEND_SERVICE_TRAINING_CLICK_FAMILIES_H_
