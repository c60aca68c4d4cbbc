#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_CHURN_CARD_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_CHURN_CARD_H_

#include <cstddef>
#include <string>
#include <vector>

#include "common/frame/row_matrix.h"
#include "common/training/tables/table_model.h"

namespace clientele::profile {

struct ChurnCardFacts {
  std::string label;
  std::string positive;
  std::size_t rows = 0;
  std::size_t positives = 0;
  std::vector<std::string> notes;
};

// A model card in Markdown (Mitchell et al., Model cards for model reporting, 2019): what it was
// trained on, how it was chosen and measured, how to read its output, and where it does not hold.
std::string ChurnCard(const ChurnCardFacts& facts, const std::vector<frame::MatrixField>& fields,
                      const training::TableModel& model);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_CHURN_CARD_H_
