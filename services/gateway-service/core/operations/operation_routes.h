#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_CORE_OPERATIONS_OPERATION_ROUTES_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_CORE_OPERATIONS_OPERATION_ROUTES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::gateway {

// Which service runs a long-running operation: its name says so.
//
//   OperationRoutes routes({"recommend"});
//   routes.OfOperation("services/recommend/operations/17")   // "recommend"
//   routes.OfParent("services/recommend")                    // "recommend"
//
// A name of another shape is INVALID_ARGUMENT about `name`, a service that runs no operations
// NOT_FOUND; both messages say which services do. Immutable and thread-safe.
class OperationRoutes {
 public:
  explicit OperationRoutes(std::vector<std::string> services) : services_(std::move(services)) {}

  // Of "services/{service}/operations/{operation}". The operation's id is the service's to check.
  absl::StatusOr<std::string> OfOperation(absl::string_view name) const;
  // Of "services/{service}".
  absl::StatusOr<std::string> OfParent(absl::string_view name) const;

 private:
  absl::StatusOr<std::string> Known(absl::string_view service) const;

  const std::vector<std::string> services_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_CORE_OPERATIONS_OPERATION_ROUTES_H_
