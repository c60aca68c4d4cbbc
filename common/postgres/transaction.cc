#include "common/postgres/transaction.h"

#include "common/postgres/transaction_state.h"

namespace clientele::postgres {

absl::StatusOr<Result> Transaction::Execute(const Statement& statement,
                                            const std::vector<Value>& params) {
  return state_->Execute(statement, params);
}

const RequestContext& Transaction::context() const { return state_->context(); }

absl::Status Transaction::ExecuteScript(const char* name, const std::string& sql,
                                        std::string* detail) {
  return state_->Script(name, sql, detail);
}

}  // namespace clientele::postgres
