#include "services/profile-service/rpc/merge_conversion.h"

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/core/customers/customer_validation.h"

namespace clientele::profile {
namespace {

template <class Proto>
void AddReasons(const std::vector<MatchReason>& reasons, Proto& proto) {
  for (const MatchReason& reason : reasons) {
    v1::MatchReason& added = *proto.add_reasons();
    added.set_field(reason.field);
    added.set_agreement(reason.agreement);
    added.set_weight(reason.weight);
  }
}

}  // namespace

absl::StatusOr<std::int64_t> NumberOf(absl::string_view name, absl::string_view collection,
                                      absl::string_view field) {
  std::int64_t number = 0;
  absl::string_view digits = name;
  if (!absl::ConsumePrefix(&digits, absl::StrCat(collection, "/")) ||
      !absl::SimpleAtoi(digits, &number) || number < 1) {
    return InvalidField(field, absl::StrCat("must be \"", collection, "/{number}\""));
  }
  return number;
}

absl::StatusOr<MergePlan> FromProto(const v1::MergeCustomersRequest& request) {
  MergePlan plan;
  plan.validate_only = request.validate_only();
  for (const std::string& name : request.customers()) {
    plan.customer_ids.push_back(IdOf(name, "customers/"));
  }
  if (request.match().empty()) {
    plan.survivor_id = IdOf(request.survivor(), "customers/");
    return plan;
  }
  if (!request.survivor().empty()) plan.survivor_id = IdOf(request.survivor(), "customers/");
  plan.origin = MergeOrigin::kMatch;
  CLIENTELE_ASSIGN_OR_RETURN(plan.match_id, NumberOf(request.match(), "matches", "match"));
  return plan;
}

v1::Merge ToProto(const Merge& merge) {
  v1::Merge proto;
  proto.set_name(MergeName(merge.id));
  proto.set_customer(CustomerName(merge.customer_id));
  proto.set_survivor(CustomerName(merge.into_id));
  proto.set_origin(static_cast<v1::MergeOrigin>(merge.origin));
  proto.set_probability(merge.probability);
  AddReasons(merge.reasons, proto);
  *proto.mutable_merge_time() = rpc::ToTimestamp(merge.merge_time);
  if (merge.undo_time) *proto.mutable_undo_time() = rpc::ToTimestamp(*merge.undo_time);
  return proto;
}

v1::Match ToProto(const Match& match) {
  v1::Match proto;
  proto.set_name(MatchName(match.id));
  proto.add_customers(CustomerName(match.customer_id));
  proto.add_customers(CustomerName(match.other_id));
  proto.set_probability(match.probability);
  AddReasons(match.reasons, proto);
  proto.set_state(static_cast<v1::MatchState>(match.state));
  *proto.mutable_create_time() = rpc::ToTimestamp(match.create_time);
  return proto;
}

}  // namespace clientele::profile
