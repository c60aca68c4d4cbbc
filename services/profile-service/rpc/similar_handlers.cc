// ProfileRpc's calls about customers who are alike.
#include <string>

#include "common/rpc/resource_name.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/rpc/profile_rpc.h"

namespace clientele::profile {
namespace {

constexpr int kDefaultSimilar = 10;

}  // namespace

grpc::ServerUnaryReactor* ProfileRpc::ListSimilarCustomers(
    grpc::CallbackServerContext* context, const v1::ListSimilarCustomersRequest* request,
    v1::ListSimilarCustomersResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListSimilarCustomers",
      [this](const RequestContext& context, const v1::ListSimilarCustomersRequest& request)
          -> absl::StatusOr<v1::ListSimilarCustomersResponse> {
        SimilarQuery query{.region = request.region()};
        CLIENTELE_ASSIGN_OR_RETURN(
            query.customer_id, rpc::ParseResourceName("customers/{}", request.parent(), "parent"));
        if (!request.segment().empty()) {
          CLIENTELE_ASSIGN_OR_RETURN(
              query.segment_id,
              rpc::ParseResourceName("segments/{}", request.segment(), "segment"));
        }
        query.limit = request.page_size() == 0 ? kDefaultSimilar : request.page_size();
        CLIENTELE_ASSIGN_OR_RETURN(const SimilarList list, similar_->List(context, query));
        v1::ListSimilarCustomersResponse response;
        for (const Neighbor& neighbor : list.neighbors) {
          v1::SimilarCustomer& customer = *response.add_customers();
          customer.set_customer(CustomerName(neighbor.customer_id));
          customer.set_similarity(neighbor.similarity);
        }
        response.set_customer(CustomerName(list.customer_id));
        response.set_model(list.model_id);
        response.set_compared_count(list.compared);
        return response;
      });
}

}  // namespace clientele::profile
