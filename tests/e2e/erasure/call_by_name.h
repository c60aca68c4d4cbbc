#ifndef CLIENTELE_TESTS_E2E_ERASURE_CALL_BY_NAME_H_
#define CLIENTELE_TESTS_E2E_ERASURE_CALL_BY_NAME_H_

#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

#include "google/protobuf/descriptor.h"

namespace clientele::testing {

// Calls any method with one request, unary or streaming, and reads whatever comes back.
grpc::Status CallByName(const std::shared_ptr<grpc::Channel>& channel,
                        const google::protobuf::MethodDescriptor& method,
                        const std::string& request);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_E2E_ERASURE_CALL_BY_NAME_H_
