#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_EVIDENCE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_EVIDENCE_H_

// What speaks for a passage as the answer to a question, and how it is weighed.
// Pure functions, thread-safe.

namespace clientele::qa {

// How near one row of the index is to the question.
struct RowEvidence {
  bool present = false;
  // BM25 over the most that the question's terms can give: in [0, 1).
  double lexical = 0;
  // Cosine of the vectors; NaN-free, 0 when there is no vector.
  double cosine = 0;
};

struct FusionOptions {
  // The weight of the words; the vectors have the rest.
  double lexical_weight = 0.65;
  // How much the weaker of a passage's two rows (its text, and a question that the
  // article answers) adds to the stronger.
  double second_row_weight = 0.3;
};

// A convex combination of the two searches, each normalized by its own theoretical
// bound: (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid
// Retrieval", 2023) finds it better than reciprocal ranks, and it compares across
// questions. `dense` false: there are no vectors to compare, and the words decide
// alone. In [0, 1].
double FuseRow(const RowEvidence& row, bool dense, const FusionOptions& options);

// max + second_row_weight * min of the two rows.
double FuseRows(const RowEvidence& text, const RowEvidence& question, bool dense,
                const FusionOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_EVIDENCE_H_
