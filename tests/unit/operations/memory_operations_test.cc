#include "tests/support/memory_operations.h"

#include "tests/contract/operations_contract.h"

namespace clientele::operations {
namespace {

TEST_CASE("operations in memory keep the contract of the port") {
  testing::MemoryOperations memory;
  CheckOperationsContract(
      {.operations = &memory,
       .claim = [&](const std::string& id) { memory.Claim(id); },
       .finish = [&](const std::string& id,
                     const std::string& result) { memory.Finish(id, result); }});
}

}  // namespace
}  // namespace clientele::operations
