#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_GOLDEN_QUESTIONS_GOLDEN_QUESTION_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_GOLDEN_QUESTIONS_GOLDEN_QUESTION_STORE_H_

// The durable golden questions, as the domain needs them. They have one revision, which rises with
// each change of any of them.
//
// Thread-safe. Errors of all methods: UNAVAILABLE (reason DATABASE_UNAVAILABLE), DEADLINE_EXCEEDED,
// CANCELLED; and INVALID_ARGUMENT (reason REQUEST_ID_REUSED) of mutations.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/qa-service/core/golden_questions/golden_question.h"

namespace clientele::qa {

// Reason of FAILED_PRECONDITION: there would be more than kMaxGoldenQuestions.
inline constexpr absl::string_view kGoldenQuestionsFull = "GOLDEN_QUESTIONS_FULL";

struct GoldenBatch {
  std::int64_t created_count = 0;
  std::int64_t existing_count = 0;  // with the same values
  std::int64_t replaced_count = 0;
  std::vector<std::string> differing_ids;  // with other values, and left so; ascending
};

struct GoldenSlice {
  std::vector<GoldenQuestion> questions;
  bool more = false;  // whether there are some after the last one
};

struct GoldenSet {
  std::int64_t revision = 0;
  std::vector<GoldenQuestion> questions;  // by id, ascending
};

class GoldenQuestionStore {
 public:
  virtual ~GoldenQuestionStore() = default;

  // Stores a checked question. ALREADY_EXISTS when the id is taken; FAILED_PRECONDITION
  // (kGoldenQuestionsFull).
  virtual absl::StatusOr<GoldenQuestion> Create(const RequestContext& context,
                                                const MutationId& mutation,
                                                const GoldenQuestion& question) = 0;

  // Stores those whose id is free, in one transaction, and with `replace` gives those that are
  // there their new values. Ids are distinct. FAILED_PRECONDITION (kGoldenQuestionsFull).
  virtual absl::StatusOr<GoldenBatch> CreateMissing(const RequestContext& context,
                                                    const MutationId& mutation,
                                                    absl::Span<const GoldenQuestion> questions,
                                                    bool replace) = 0;

  // At most `limit` with an id above `after_id`, ascending in byte order.
  virtual absl::StatusOr<GoldenSlice> List(const RequestContext& context,
                                           const std::string& after_id, std::int64_t limit) = 0;

  // NOT_FOUND when there is none.
  virtual absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                              const std::string& id) = 0;

  // Of all of them.
  virtual absl::StatusOr<std::int64_t> Revision(const RequestContext& context) = 0;
  virtual absl::StatusOr<GoldenSet> LoadAll(const RequestContext& context) = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_GOLDEN_QUESTIONS_GOLDEN_QUESTION_STORE_H_
