#include "services/qa-service/core/retrieval/evidence.h"

#include <algorithm>

namespace clientele::qa {

double FuseRow(const RowEvidence& row, bool dense, const FusionOptions& options) {
  if (!row.present) return 0;
  if (!dense) return row.lexical;
  return options.lexical_weight * row.lexical +
         (1 - options.lexical_weight) * std::clamp(row.cosine, 0.0, 1.0);
}

double FuseRows(const RowEvidence& text, const RowEvidence& question, bool dense,
                const FusionOptions& options) {
  const double a = FuseRow(text, dense, options);
  const double b = FuseRow(question, dense, options);
  return std::max(a, b) + options.second_row_weight * std::min(a, b);
}

}  // namespace clientele::qa
