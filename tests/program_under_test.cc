#include "cli/program.h"

namespace pactolus::testing {

const char* program_under_test() { return PACTOLUS_PROGRAM; }

}  // namespace pactolus::testing
