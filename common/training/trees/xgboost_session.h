#ifndef CLIENTELE_COMMON_TRAINING_TREES_XGBOOST_SESSION_H_
#define CLIENTELE_COMMON_TRAINING_TREES_XGBOOST_SESSION_H_

// XGBoost's handles as values that free themselves, and its return codes as absl::Status.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const XgboostMatrix data, XgboostMatrix::Create(rows, labels));
//   CLIENTELE_ASSIGN_OR_RETURN(XgboostSession session,
//                              XgboostSession::Create({&data}, {{"objective",
//                              "binary:logistic"}}));
//   for (int round = 0; round < 100; ++round) CLIENTELE_RETURN_IF_ERROR(session.Update(round,
//   data));
//
// A session belongs to one thread; matrices are immutable. Failures are INTERNAL with the library's
// own first line.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/frame/row_matrix.h"

namespace clientele::training {

class XgboostMatrix {
 public:
  // Copies the rows as float32; `labels` may be empty.
  static absl::StatusOr<XgboostMatrix> Create(const frame::RowMatrix& rows,
                                              absl::Span<const double> labels);

  void* handle() const { return handle_.get(); }

 private:
  explicit XgboostMatrix(void* handle);

  std::shared_ptr<void> handle_;
};

class XgboostSession {
 public:
  // The session keeps the matrices' caches: they outlive it.
  static absl::StatusOr<XgboostSession> Create(
      const std::vector<const XgboostMatrix*>& matrices,
      const std::vector<std::pair<std::string, std::string>>& parameters);

  absl::Status Update(int round, const XgboostMatrix& training);
  // The value of the session's one eval_metric.
  absl::StatusOr<double> Evaluate(int round, const XgboostMatrix& validation);
  // Margins after the first `rounds` rounds, as the library computes them; 0: all.
  absl::StatusOr<std::vector<float>> Margins(const XgboostMatrix& rows, int rounds = 0);
  absl::StatusOr<std::string> ToJson();

 private:
  explicit XgboostSession(void* handle);

  std::shared_ptr<void> handle_;
};

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TREES_XGBOOST_SESSION_H_
