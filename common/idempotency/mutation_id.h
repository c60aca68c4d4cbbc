#ifndef CLIENTELE_COMMON_IDEMPOTENCY_MUTATION_ID_H_
#define CLIENTELE_COMMON_IDEMPOTENCY_MUTATION_ID_H_

#include <string>

namespace clientele {

// Names one mutation of one caller, so that sending it again has no second
// effect. Built by the RPC adapter, used by the store inside the mutation's own
// transaction (common/idempotency/ledger.h). An empty request_id means that the
// caller did not ask for idempotency.
struct MutationId {
  std::string caller;      // name of RequestContext::caller
  std::string method;      // full RPC method name
  std::string request_id;  // from the request's field, 0 to 64 bytes
  std::string body_hash;   // SHA-256 of the request without request_id, 32 bytes

  bool idempotent() const { return !request_id.empty(); }
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_IDEMPOTENCY_MUTATION_ID_H_
