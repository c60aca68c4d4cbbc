#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_STUDENT_MODULE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_STUDENT_MODULE_H_

// A new BERT that is about to learn from a teacher.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       modeling::BuiltModel student,
//       MakeStudent(recipe.sizes, pieces, *teacher, recipe.seed));
//
// The mean of its tokens' last states goes through a linear layer to the teacher's width and to
// unit length. Weights are random, but for two tables: a word piece begins with the mean of the
// teacher's embeddings of its letters' tokens, folded to the student's width by a random rotation
// where it has another, and places begin nearly alike, so that those beyond the texts of the
// training do no harm.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/modeling/architectures/architecture.h"
#include "services/qa-service/training/encoder/encoder_recipe.h"
#include "services/qa-service/training/intents/encoder_bundle.h"

namespace clientele::qa {

// `pieces` is the vocabulary, by id. Errors of the architecture; a teacher without a table of its
// tokens gives random pieces.
absl::StatusOr<modeling::BuiltModel> MakeStudent(const EncoderSizes& sizes,
                                                 absl::Span<const std::string> pieces,
                                                 const EncoderBundle& teacher, std::uint64_t seed);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_STUDENT_MODULE_H_
