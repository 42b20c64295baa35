/* Wine 8 has no bcryptprimitives.dll. Rust's standard library takes its random numbers from
   ProcessPrng there; this one hands the question on to the generator that Wine does have.
   For the lab only: never shipped. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); /* RtlGenRandom, of advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    const SIZE_T most = 1 << 20;
    SIZE_T part;
    for (; length > 0; buffer += part, length -= part) {
        part = length < most ? length : most;
        if (!SystemFunction036(buffer, (ULONG)part))
            return FALSE;
    }
    return TRUE;
}
