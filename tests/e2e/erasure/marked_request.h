#ifndef CLIENTELE_TESTS_E2E_ERASURE_MARKED_REQUEST_H_
#define CLIENTELE_TESTS_E2E_ERASURE_MARKED_REQUEST_H_

#include <string>

#include "google/protobuf/descriptor.h"

#include "tests/e2e/erasure/marks.h"

namespace clientele::testing {

// A request of `method` about one customer, on the wire: each text field holds a mark of
// its own, also fields that were added after this was written; fields that want a form (a
// currency, a name) have it. An event is of every type in turn. Marks of fields that are used and
// never stored are `passing`, the others `marks`.
std::string MarkedRequest(const google::protobuf::MethodDescriptor& method,
                          const std::string& customer_id, Marks& marks, Marks& passing);

// The item that marked events are about.
inline constexpr char kMarkedItem[] = "erasure-sweep-item";

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_E2E_ERASURE_MARKED_REQUEST_H_
